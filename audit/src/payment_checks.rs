//! What must hold in the database of payment-service by itself.

use crate::check::{Check, PARKED, PAYMENTS, UNSENT};

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "each charge is kept or refunded, and nothing else is",
        over: PAYMENTS,
        passing: false,
        // Charged is what was processed and not declined. An order cancelled after it was paid is so refunded.
        broken_by: "SELECT CONCAT(id, ' (', status, ')') FROM payments \
                    WHERE (status IN ('paid', 'refunded')) <> (processed_at IS NOT NULL AND decline_reason IS NULL) \
                    ORDER BY id",
    },
    Check {
        name: "payment-service has nothing unsent",
        over: UNSENT,
        passing: true,
        broken_by: "SELECT CONCAT(id, ' (', event_type, ' of ', event_key, ')') FROM outbox ORDER BY id",
    },
    Check {
        name: "payment-service has nothing parked",
        over: PARKED,
        passing: false,
        broken_by: "SELECT CONCAT_WS(' ', id, event_type, cause) FROM parked_events ORDER BY id",
    },
];
