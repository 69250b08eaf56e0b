-- Orders that must not be paid. answered_at is NULL while the refusal is only remembered (a cancellation came
-- before StockDecreased), and set once PaymentCreationFailed answered.
CREATE TABLE IF NOT EXISTS payment_refusals (
    order_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    reason      VARCHAR(32)     NOT NULL,
    created_at  DATETIME(6)     NOT NULL,
    answered_at DATETIME(6)     NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
