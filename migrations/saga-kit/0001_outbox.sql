-- What is committed and not yet acknowledged by the broker; the relay deletes what was.
-- A BLOB because the relay passes the payload on unread. MariaDB's JSON is text with a check nobody needs here.
CREATE TABLE IF NOT EXISTS outbox (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    topic       VARCHAR(200)    NOT NULL,
    event_key   VARCHAR(64)     NOT NULL,
    event_id    BINARY(16)      NOT NULL,
    event_type  VARCHAR(64)     NOT NULL,
    occurred_at DATETIME(6)     NOT NULL,
    headers     BLOB            NULL,
    payload     MEDIUMBLOB      NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
