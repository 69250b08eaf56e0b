//! Courses: what can become of an order, and the end that must come of it. [`crate::journey`] drives them.

use std::fmt;

/// Pieces in stock before a course begins.
pub(crate) const STOCK: u64 = 10;
/// Pieces that a good order takes.
pub(crate) const TAKEN: u64 = 2;
/// What is announced by a supplier.
pub(crate) const ANNOUNCED: u64 = 5;

/// A way that an order can go; the last is of what belongs to no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Course {
    /// It is placed, and paid by card.
    Paid,
    /// There is not enough in stock.
    ShortOfStock,
    /// It is too dear for payment-service.
    RefusedAtPayment,
    /// It is paid, then cancelled, and the money given back.
    Refunded,
    /// Its card is declined; then it is cancelled.
    Voided,
    /// Nobody pays it in time.
    Expired,
    /// It is for a product that is not there.
    NeverCreated,
    /// Products and levels change.
    Trade,
}

impl Course {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Paid,
        Self::ShortOfStock,
        Self::RefusedAtPayment,
        Self::Refunded,
        Self::Voided,
        Self::Expired,
        Self::NeverCreated,
        Self::Trade,
    ];

    /// Those that say the most about a fault that may strike at any moment: one ends well, one at each service, and
    /// one well and is then undone.
    pub const FOUR: [Self; 4] = [Self::Paid, Self::ShortOfStock, Self::RefusedAtPayment, Self::Refunded];

    /// Its name in the names of cases.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::ShortOfStock => "short-of-stock",
            Self::RefusedAtPayment => "refused-at-payment",
            Self::Refunded => "refunded",
            Self::Voided => "voided",
            Self::Expired => "expired",
            Self::NeverCreated => "never-created",
            Self::Trade => "trade",
        }
    }

    /// What the order's status must be in the end, and its events, as they come if nothing overtakes another; nothing
    /// where there is no order.
    #[must_use]
    pub fn end(self) -> Option<(&'static str, Vec<&'static str>)> {
        const GOOD: [&str; 4] = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"];
        const PAID: [&str; 2] = ["PaymentSucceeded", "OrderPaid"];
        const BACK: [&str; 3] = ["StockIncreased", "OrderCancelled", "SagaCompleted"];
        let cancelled = |parts: &[&[&'static str]]| Some(("cancelled", parts.concat()));
        match self {
            Self::Paid => Some(("paid", [&GOOD[..], &PAID].concat())),
            Self::ShortOfStock => {
                cancelled(&[&["OrderCreated", "StockDecreaseFailed", "OrderCancelled", "SagaCompleted"]])
            }
            Self::RefusedAtPayment => cancelled(&[&["OrderCreated", "StockDecreased", "PaymentCreationFailed"], &BACK]),
            Self::Refunded => cancelled(&[&GOOD, &PAID, &["OrderCancellationRequested", "PaymentRefunded"], &BACK]),
            Self::Voided => {
                cancelled(&[&GOOD, &["PaymentDeclined", "OrderCancellationRequested", "PaymentVoided"], &BACK])
            }
            Self::Expired => cancelled(&[&GOOD, &["PaymentExpired"], &BACK]),
            Self::NeverCreated | Self::Trade => None,
        }
    }

    /// How many pieces are in stock in the end.
    pub(crate) fn level(self) -> u64 {
        match self {
            Self::Paid => STOCK - TAKEN,
            Self::Trade => STOCK + ANNOUNCED,
            _ => STOCK,
        }
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_events::{EventBody, OrderCreationFailed, SAGA, Topic};

    #[test]
    fn every_event_of_an_order_is_on_a_course() {
        let mut on_courses: Vec<&str> =
            Course::ALL.iter().filter_map(|course| course.end()).flat_map(|end| end.1).collect();
        // Its course has no order to look at.
        on_courses.push(OrderCreationFailed::TYPE);
        let of_orders = SAGA.events.iter().filter(|spec| spec.topic == Topic::ORDER_SAGA_EVENTS);
        let never: Vec<&str> =
            of_orders.map(|spec| spec.event_type).filter(|event| !on_courses.contains(event)).collect();
        assert!(never.is_empty(), "no course has {never:?}: `cargo stack crash` could kill nobody there");
    }
}
