//! Faults of the stock and its ledger.

use super::{Fault, NONE};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        what: "stock below zero",
        store: "ALTER TABLE stocks DROP CONSTRAINT stocks_never_negative, MODIFY quantity INT NOT NULL; \
                ALTER TABLE stock_movements MODIFY level_after INT NOT NULL; \
                INSERT INTO stock_movements (product_id, kind, delta, level_after, version, moved_at) \
                  VALUES (2, 'set', -9, -1, 8, NOW()); \
                UPDATE stocks SET quantity = -1, version = 8 WHERE product_id = 2",
        seen_by: &["no stock below zero"],
        said: "1 of 3 stock levels: 2 (-1)",
        ..NONE
    },
    Fault {
        what: "stock that changed past the ledger",
        store: "UPDATE stocks SET quantity = 98 WHERE product_id = 1",
        seen_by: &["stock on hand equals the ledger's sum"],
        said: "1 (98, the ledger says 97)",
        ..NONE
    },
    Fault {
        what: "stock without any ledger",
        store: "INSERT INTO products (id, name, sku, price) VALUES (3, 'Desk', 'D3', 1); \
                INSERT INTO stocks (product_id, quantity, version) VALUES (3, 5, 0)",
        seen_by: &["stock on hand equals the ledger's sum"],
        said: "3 (5, the ledger says 0)",
        ..NONE
    },
    Fault {
        what: "a line of the ledger with another level than its sum",
        store: "UPDATE stock_movements SET level_after = 91 WHERE id = 1",
        seen_by: &["the ledger adds up line by line"],
        said: "1 of 12 movements: product 1 version 1",
        ..NONE
    },
    Fault {
        what: "a version that the ledger does not know",
        store: "UPDATE stocks SET version = 9 WHERE product_id = 1",
        seen_by: &["the ledger adds up line by line"],
        said: "product 1 version 9",
        ..NONE
    },
    Fault {
        what: "goods that nobody announced",
        store: "DELETE FROM replenishments",
        seen_by: &["each delivery was announced, each announcement delivered"],
        said: "1 of 12 movements: product 9 version 1 (3, not announced)",
        ..NONE
    },
    Fault {
        what: "an announcement that points at another movement",
        store: "UPDATE replenishments SET product_id = 1, version = 2; UPDATE stock_movements SET kind = 'set' WHERE id = 12",
        seen_by: &["each delivery was announced, each announcement delivered"],
        said: "product 1 version 2 (set 10)",
        ..NONE
    },
    Fault {
        what: "a cancelled order whose stock never came back",
        store: "DELETE FROM stock_movements WHERE id = 11; UPDATE stocks SET quantity = 7, version = 6 WHERE product_id = 2",
        seen_by: &["each order holds its items, each cancelled one nothing"],
        said: "1 of 6 ended orders: 5 (product 2: -1)",
        ..NONE
    },
    Fault {
        what: "an order that took more than its items",
        store: "UPDATE stock_movements SET delta = -2, level_after = 96 WHERE id = 4; \
                UPDATE stocks SET quantity = 96 WHERE product_id = 1",
        seen_by: &["each order holds its items, each cancelled one nothing"],
        said: "2 (product 1: -2)",
        ..NONE
    },
    Fault {
        what: "an order that never took its items",
        store: "DELETE FROM stock_movements WHERE id = 4; UPDATE stocks SET quantity = 98, version = 3 WHERE product_id = 1",
        seen_by: &["each order holds its items, each cancelled one nothing"],
        said: "2 (product 1: 0)",
        ..NONE
    },
    Fault {
        what: "an order that took what it did not want",
        store: "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at) \
                  VALUES (1, 3, 'take', -1, 96, 5, NOW()); \
                UPDATE stocks SET quantity = 96, version = 5 WHERE product_id = 1",
        seen_by: &["each order holds its items, each cancelled one nothing"],
        said: "3 (product 1 is none of its items)",
        ..NONE
    },
    Fault {
        what: "an order that took and gave back a product twice",
        store: "ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_order, DROP INDEX stock_movements_once; \
                INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at) \
                  VALUES (2, 6, 'take', -1, 7, 8, NOW()), (2, 6, 'give_back', 1, 8, 9, NOW()); \
                UPDATE stocks SET version = 9 WHERE product_id = 2",
        seen_by: &["no order took or gave back a product twice"],
        said: "1 of 6 orders: 6 (product 2)",
        ..NONE
    },
];
