-- The ledger: each change of a level, with the level and its version after it; the level of a product is the sum
-- of its deltas. No article can be taken for an order twice, nor given back twice: the unique key refuses it.
-- The ledger refers to stocks and not to products, because its writers hold the stock's row already: they so never
-- wait for a lock on the product.
CREATE TABLE IF NOT EXISTS stock_movements (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    product_id  BIGINT UNSIGNED NOT NULL,
    order_id    BIGINT UNSIGNED NULL,
    kind        VARCHAR(16)     NOT NULL,
    delta       INT             NOT NULL,
    level_after INT UNSIGNED    NOT NULL,
    version     BIGINT UNSIGNED NOT NULL,
    moved_at    DATETIME(6)     NOT NULL,
    UNIQUE KEY stock_movements_once (order_id, product_id, kind),
    UNIQUE KEY stock_movements_by_version (product_id, version),
    CONSTRAINT stock_movements_kind CHECK (kind IN ('take', 'give_back', 'set', 'replenish')),
    CONSTRAINT stock_movements_order FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT stock_movements_stock FOREIGN KEY (product_id) REFERENCES stocks (product_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
