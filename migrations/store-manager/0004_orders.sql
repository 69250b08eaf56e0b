-- Orders with their state. saga_ended_at is NULL while a saga runs for the order; correlation_id is that saga's,
-- or the last one's.
CREATE TABLE IF NOT EXISTS orders (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id        BIGINT UNSIGNED NOT NULL,
    status         VARCHAR(32)     NOT NULL,
    total_amount   DECIMAL(12, 2)  NOT NULL,
    currency       CHAR(3)         NOT NULL,
    is_paid        TINYINT(1)      NOT NULL DEFAULT 0,
    payment_id     BIGINT UNSIGNED NULL,
    payment_link   VARCHAR(2000)   NULL,
    decline_reason TEXT            NULL,
    cancel_reason  TEXT            NULL,
    correlation_id BINARY(16)      NOT NULL,
    created_at     DATETIME(6)     NOT NULL,
    saga_ended_at  DATETIME(6)     NULL,
    KEY orders_by_user (user_id, id),
    KEY orders_by_status (status, id),
    CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
