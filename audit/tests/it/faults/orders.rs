//! Faults of orders, their timelines, and what store-manager has to send.

use super::{Fault, NONE};

pub(super) const FAULTS: &[Fault] = &[
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
        said: "1 of 8 ended sagas: 1 (2 times)",
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
        what: "an event that was handled past the inbox",
        store: "INSERT INTO saga_events (event_id, event_type, aggregate_id, correlation_id, service_name, occurred_at, \
                  recorded_at, data) \
                VALUES (REPEAT('x', 16), 'OrderPaid', '2', REPEAT(CHAR(2), 16), 's', NOW(), UTC_TIMESTAMP(), '{}')",
        seen_by: &["each event of the last hour is in the inbox"],
        said: "1 of 1 events of the last hour: 20 (OrderPaid of 2)",
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
];
