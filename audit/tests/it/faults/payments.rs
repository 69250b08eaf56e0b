//! Faults of payments: held against their orders, by themselves, and what payment-service has to send.

use super::{Fault, NONE};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        what: "an order that ended well without a payment",
        payments: "DELETE FROM payments WHERE id = 11",
        seen_by: &["each order that ended well has one payment of its amount"],
        said: "1 of 3 orders that ended well: 1 (0 payments)",
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
        said: "1 of 6 ended orders: 2 (paid, is_paid false)",
        ..NONE
    },
    Fault {
        what: "a cancelled order whose payment is open",
        payments: "UPDATE payments SET status = 'open', processed_at = NULL WHERE id = 15",
        seen_by: &["no cancelled order has a payment open or kept"],
        said: "1 of 3 cancelled orders: 5 (payment 15 is open)",
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
        said: "1 of 5 payments of sagas: 19 (order 900)",
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
