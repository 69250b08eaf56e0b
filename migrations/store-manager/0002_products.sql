-- What is sold, at the price of now. Orders keep the price of their moment. The version rises with every change: of
-- two copies of a product, the higher version is the newer.
CREATE TABLE IF NOT EXISTS products (
    id      BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name    VARCHAR(200)    NOT NULL,
    sku     VARCHAR(64)     NOT NULL,
    price   DECIMAL(12, 2)  NOT NULL,
    version BIGINT UNSIGNED NOT NULL DEFAULT 1,
    UNIQUE KEY products_sku (sku),
    CONSTRAINT products_price_positive CHECK (price > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
