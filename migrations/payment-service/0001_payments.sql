-- One payment an order, ever: the unique order_id decides between a saga and a client who asks directly.
-- correlation_id is the order's saga; NULL until StockDecreased adopts a payment that was made directly.
CREATE TABLE IF NOT EXISTS payments (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id       BIGINT UNSIGNED NOT NULL,
    user_id        BIGINT UNSIGNED NOT NULL,
    amount         DECIMAL(12, 2)  NOT NULL,
    currency       CHAR(3)         NOT NULL,
    status         VARCHAR(16)     NOT NULL,
    correlation_id BINARY(16)      NULL,
    decline_reason VARCHAR(64)     NULL,
    card_last4     CHAR(4)         NULL,
    created_at     DATETIME(6)     NOT NULL,
    expires_at     DATETIME(6)     NOT NULL,
    processed_at   DATETIME(6)     NULL,
    UNIQUE KEY payments_one_an_order (order_id),
    KEY payments_by_expiry (status, expires_at),
    CONSTRAINT payments_amount CHECK (amount >= 0),
    CONSTRAINT payments_status CHECK (status IN ('open', 'paid', 'declined', 'voided', 'refunded', 'expired'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
