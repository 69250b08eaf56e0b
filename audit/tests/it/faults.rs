//! The faults, each with the checks that must see it.

use audit::{Outcome, audit};
use futures::StreamExt;

use crate::two_databases::{TwoDatabases, run};

/// What is done to the sound store, and the checks that must then fail.
struct Fault {
    what: &'static str,
    store: &'static str,
    payments: &'static str,
    seen_by: &'static [&'static str],
    /// A part of the detail of the first of them.
    said: &'static str,
}

const NONE: Fault = Fault { what: "", store: "", payments: "", seen_by: &[], said: "" };

const FAULTS: &[Fault] = &[
    Fault {
        what: "a saga that never ended",
        store: "UPDATE orders SET saga_ended_at = NULL, status = 'creating_payment' WHERE id = 1",
        seen_by: &["every saga ended"],
        said: "1 of 6 orders: 1 (creating_payment)",
        ..NONE
    },
    Fault {
        what: "an order that says it ended in the middle of its way",
        store: "UPDATE orders SET status = 'cancelling_order' WHERE id = 1",
        seen_by: &["every saga ended", "orders and payments agree on what is paid"],
        said: "1 (cancelling_order)",
        ..NONE
    },
    Fault {
        what: "stock below zero",
        store: "ALTER TABLE stocks DROP CONSTRAINT stocks_never_negative, MODIFY quantity INT NOT NULL; \
                ALTER TABLE stock_movements MODIFY level_after INT NOT NULL; \
                INSERT INTO stock_movements (product_id, kind, delta, level_after, version, moved_at) \
                  VALUES (2, 'set', -9, -1, 8, NOW()); \
                UPDATE stocks SET quantity = -1, version = 8 WHERE product_id = 2",
        seen_by: &["no stock below zero"],
        said: "1 of 2 stock levels: 2 (-1)",
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
        said: "1 of 11 movements: product 1 version 1",
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
        what: "a cancelled order whose stock never came back",
        store: "DELETE FROM stock_movements WHERE id = 11; UPDATE stocks SET quantity = 7, version = 6 WHERE product_id = 2",
        seen_by: &["each order holds its items, each cancelled one nothing"],
        said: "1 of 6 orders: 5 (product 2: -1)",
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
    Fault {
        what: "a total that is not the sum of its items",
        store: "UPDATE orders SET total_amount = 20.01 WHERE id = 4",
        seen_by: &["each total is the sum of its items"],
        said: "4 (20.01)",
        ..NONE
    },
    Fault {
        what: "an order without items",
        store: "DELETE FROM order_items WHERE order_id = 4",
        seen_by: &["each total is the sum of its items"],
        said: "4 (2524.50)",
        ..NONE
    },
    Fault {
        what: "a timeline without its beginning",
        store: "DELETE FROM saga_events WHERE id = 1",
        seen_by: &["each timeline has one beginning and an end after its last start"],
        said: "1 (0 OrderCreated, last start 0, last end 3)",
        ..NONE
    },
    Fault {
        what: "a timeline that begins twice",
        store: "UPDATE saga_events SET event_type = 'OrderCreated' WHERE id = 2",
        seen_by: &["each timeline has one beginning and an end after its last start"],
        said: "1 (2 OrderCreated",
        ..NONE
    },
    Fault {
        what: "a second saga of an order that has no end",
        store: "DELETE FROM saga_events WHERE id = 14",
        seen_by: &["each timeline has one beginning and an end after its last start"],
        said: "5 (1 OrderCreated, last start 13, last end 12)",
        ..NONE
    },
    Fault {
        what: "a saga that ended twice",
        store: "UPDATE saga_events SET event_type = 'SagaCompleted' WHERE id = 2",
        seen_by: &["no saga ended twice"],
        said: "1 (2 times)",
        ..NONE
    },
    Fault {
        what: "a refused order whose saga has no end",
        store: "DELETE FROM saga_events WHERE id = 19",
        seen_by: &["each refused order ended"],
        said: "1 of 1 refused orders: 01234567-89ab-cdef-0123-456789abcdef",
        ..NONE
    },
    Fault {
        what: "a refused order that nobody recorded",
        store: "DELETE FROM order_refusals",
        seen_by: &["each refused order ended"],
        said: "01234567-89ab-cdef-0123-456789abcdef",
        ..NONE
    },
    Fault {
        what: "an event of store-manager that was not sent",
        store: "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, payload) \
                VALUES ('t', '1', REPEAT('x', 16), 'OrderPaid', NOW(), '{}')",
        seen_by: &["store-manager has nothing unsent"],
        said: "1 (OrderPaid of 1)",
        ..NONE
    },
    Fault {
        what: "an event that store-manager parked",
        store: "INSERT INTO parked_events (consumer, event_key, event_id, event_type, topic, kafka_partition, \
                  kafka_offset, cause, error, payload, parked_at) \
                VALUES ('s', '1', REPEAT('x', 16), 'OrderPaid', 't', 0, 0, 'failed', 'e', '{}', NOW())",
        seen_by: &["store-manager has nothing parked"],
        said: "1 OrderPaid failed",
        ..NONE
    },
    Fault {
        what: "an order that ended well without a payment",
        payments: "DELETE FROM payments WHERE id = 11",
        seen_by: &["each order that ended well has one payment of its amount"],
        said: "1 of 6 orders: 1 (0 payments)",
        ..NONE
    },
    Fault {
        what: "an order with two payments",
        payments: "ALTER TABLE payments DROP INDEX payments_one_an_order; \
                   INSERT INTO payments (order_id, user_id, amount, currency, status, correlation_id, created_at, expires_at) \
                   SELECT order_id, user_id, amount, currency, status, correlation_id, created_at, expires_at \
                   FROM payments WHERE id = 11",
        seen_by: &["each order that ended well has one payment of its amount"],
        said: "1 (2 payments)",
        ..NONE
    },
    Fault {
        what: "a payment of another amount",
        payments: "UPDATE payments SET amount = 20.01 WHERE id = 11",
        seen_by: &["each order that ended well has one payment of its amount"],
        said: "1 (due 20.00 CAD; payment 11: 20.01 CAD)",
        ..NONE
    },
    Fault {
        what: "an order that names another payment than its own",
        store: "UPDATE orders SET payment_id = 19 WHERE id = 1",
        seen_by: &["each order that ended well has one payment of its amount"],
        said: "1 (due 20.00 CAD; payment 11",
        ..NONE
    },
    Fault {
        what: "a payment that was charged and whose order does not know it",
        store: "UPDATE orders SET status = 'awaiting_payment', is_paid = 0 WHERE id = 2",
        seen_by: &["orders and payments agree on what is paid"],
        said: "2 (awaiting_payment, its payment paid)",
        ..NONE
    },
    Fault {
        what: "an order that is paid and whose payment is not",
        store: "UPDATE orders SET status = 'paid', is_paid = 1 WHERE id = 1",
        seen_by: &["orders and payments agree on what is paid"],
        said: "1 (paid, its payment open)",
        ..NONE
    },
    Fault {
        what: "an order that is paid and does not say so",
        store: "UPDATE orders SET is_paid = 0 WHERE id = 2",
        seen_by: &["orders and payments agree on what is paid"],
        said: "2 (paid, is_paid false)",
        ..NONE
    },
    Fault {
        what: "a cancelled order whose payment is open",
        payments: "UPDATE payments SET status = 'open', processed_at = NULL WHERE id = 15",
        seen_by: &["no cancelled order has a payment open or kept"],
        said: "5 (payment 15 is open)",
        ..NONE
    },
    Fault {
        what: "an order cancelled after it was paid and never refunded",
        payments: "UPDATE payments SET status = 'paid' WHERE id = 15",
        seen_by: &["no cancelled order has a payment open or kept"],
        said: "5 (payment 15 is paid)",
        ..NONE
    },
    Fault {
        what: "a charge that was voided in place of refunded",
        payments: "UPDATE payments SET status = 'voided' WHERE id = 15",
        seen_by: &["each charge is kept or refunded, and nothing else is"],
        said: "1 of 5 payments: 15 (voided)",
        ..NONE
    },
    Fault {
        what: "a payment of a saga without its order",
        payments: "UPDATE payments SET correlation_id = REPEAT('x', 16) WHERE id = 19",
        seen_by: &["each payment of a saga has its order"],
        said: "1 of 5 payments: 19 (order 900)",
        ..NONE
    },
    Fault {
        what: "an event of payment-service that was not sent",
        payments: "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, payload) \
                   VALUES ('t', '1', REPEAT('x', 16), 'PaymentVoided', NOW(), '{}')",
        seen_by: &["payment-service has nothing unsent"],
        said: "1 (PaymentVoided of 1)",
        ..NONE
    },
    Fault {
        what: "an event that payment-service parked",
        payments: "INSERT INTO parked_events (consumer, event_key, event_id, topic, kafka_partition, kafka_offset, \
                     cause, error, payload, parked_at) \
                   VALUES ('p', '1', REPEAT('x', 16), 't', 0, 0, 'unreadable', 'e', '?', NOW())",
        seen_by: &["payment-service has nothing parked"],
        said: "1 unreadable",
        ..NONE
    },
];

fn failed(checks: &[Outcome]) -> Vec<&'static str> {
    checks.iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

#[tokio::test]
async fn a_sound_store_is_clean() {
    let databases = TwoDatabases::sound().await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert!(verdict.is_clean(), "{verdict}");
    databases.remove().await;
}

#[tokio::test]
async fn each_fault_is_seen_by_its_check_and_no_other() {
    // Making a database is mostly waiting for its disk.
    futures::stream::iter(FAULTS).for_each_concurrent(6, plant).await;
}

async fn plant(fault: &Fault) {
    let databases = TwoDatabases::sound().await;
    run(&databases.store, fault.store).await;
    run(&databases.payments, fault.payments).await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert_eq!(failed(&verdict.checks), fault.seen_by, "{}:\n{verdict}", fault.what);
    let first = verdict.checks.iter().find(|check| !check.ok).unwrap();
    assert!(first.detail.contains(fault.said), "{}: {}", fault.what, first.detail);
    databases.remove().await;
}

#[tokio::test]
async fn no_check_is_without_a_fault_that_it_sees() {
    let databases = TwoDatabases::sound().await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    for check in &verdict.checks {
        assert!(
            FAULTS.iter().any(|fault| fault.seen_by == [check.name]),
            "nothing shows that `{}` can fail",
            check.name
        );
    }
    databases.remove().await;
}

#[tokio::test]
async fn an_order_on_its_way_is_held_against_nothing_but_its_end() {
    let databases = TwoDatabases::sound().await;
    let store = "UPDATE orders SET status = 'decreasing_stock', saga_ended_at = NULL WHERE id = 4";
    run(&databases.store, store).await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert_eq!(failed(&verdict.checks), ["every saga ended"], "{verdict}");
    databases.remove().await;
}
