-- The events whose effects are committed. The primary key is what makes an effect happen once.
CREATE TABLE IF NOT EXISTS inbox (
    consumer     VARCHAR(64) NOT NULL,
    event_id     BINARY(16)  NOT NULL,
    processed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (consumer, event_id),
    KEY inbox_by_age (processed_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
