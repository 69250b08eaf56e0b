-- The sagas of which the log has told that they are overdue, so that it tells once, whichever instance looks and however
-- often it is restarted. What is overdue is not read here: the orders themselves say so.
CREATE TABLE IF NOT EXISTS overdue_sagas (
    correlation_id BINARY(16)      NOT NULL PRIMARY KEY,
    order_id       BIGINT UNSIGNED NOT NULL,
    noticed_at     DATETIME(6)     NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
