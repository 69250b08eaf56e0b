-- Orders that never came to be, by the saga that ended instead: why, as the event said it (JSON text).
CREATE TABLE IF NOT EXISTS order_refusals (
    correlation_id BINARY(16)      NOT NULL PRIMARY KEY,
    user_id        BIGINT UNSIGNED NOT NULL,
    reason         TEXT            NOT NULL,
    ended_at       DATETIME(6)     NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
