-- The level of each product, one row from the product's creation on; it goes with its product. The version rises
-- with every movement: of two copies of a level, the higher version is the newer.
-- The type refuses what is below zero already; the check says so to whoever changes the type.
CREATE TABLE IF NOT EXISTS stocks (
    product_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    quantity   INT UNSIGNED    NOT NULL DEFAULT 0,
    version    BIGINT UNSIGNED NOT NULL DEFAULT 0,
    CONSTRAINT stocks_never_negative CHECK (quantity >= 0),
    CONSTRAINT stocks_product FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
