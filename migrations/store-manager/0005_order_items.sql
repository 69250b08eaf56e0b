-- What was ordered, each product once, at the price of that moment. The key gives the items in product id order,
-- which is the order in which stock is locked.
CREATE TABLE IF NOT EXISTS order_items (
    order_id   BIGINT UNSIGNED NOT NULL,
    product_id BIGINT UNSIGNED NOT NULL,
    quantity   INT UNSIGNED    NOT NULL,
    unit_price DECIMAL(12, 2)  NOT NULL,
    PRIMARY KEY (order_id, product_id),
    KEY order_items_by_product (product_id),
    CONSTRAINT order_items_quantity_positive CHECK (quantity > 0),
    CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT order_items_product FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
