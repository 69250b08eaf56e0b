-- What the handlers of the bench write: one row an event, with the moment of its statement.
CREATE TABLE IF NOT EXISTS notes (
    id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    number   BIGINT UNSIGNED NOT NULL,
    noted_at DATETIME(6)     NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
