-- What was discarded, by whose reason: nothing that was committed disappears without a trace.
CREATE TABLE IF NOT EXISTS discarded_events (
    id           BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    consumer     VARCHAR(64)     NOT NULL,
    event_key    VARBINARY(255)  NOT NULL,
    event_id     BINARY(16)      NOT NULL,
    event_type   VARCHAR(255)    NULL,
    error        TEXT            NOT NULL,
    payload      MEDIUMBLOB      NOT NULL,
    reason       TEXT            NOT NULL,
    discarded_at DATETIME(6)     NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
