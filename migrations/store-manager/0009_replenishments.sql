-- What suppliers announced, each under the key that keeps a repeated announcement from counting twice. The amount,
-- the time and the level after it stand in the ledger, on the line that this one belongs to and goes with.
-- It is the record of who brought what, and stays as the ledger stays.
CREATE TABLE IF NOT EXISTS replenishments (
    idempotency_key VARCHAR(128)    NOT NULL PRIMARY KEY,
    product_id      BIGINT UNSIGNED NOT NULL,
    version         BIGINT UNSIGNED NOT NULL,
    supplier        VARCHAR(200)    NULL,
    UNIQUE KEY replenishments_movement (product_id, version),
    CONSTRAINT replenishments_line FOREIGN KEY (product_id, version)
        REFERENCES stock_movements (product_id, version) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
