//! The events of a payment, as it stands.

use shared_events::{
    PaymentCreated, PaymentDeclined, PaymentExpired, PaymentRefunded, PaymentSucceeded, PaymentVoided,
};

use super::domain::Payment;

impl Payment {
    /// It is there to be paid, at `payment_link`.
    #[must_use]
    pub fn created(&self, payment_link: String) -> PaymentCreated {
        let &Self { id: payment_id, order_id, amount, currency, .. } = self;
        PaymentCreated { order_id, payment_id, payment_link, amount, currency }
    }

    /// The card was charged.
    #[must_use]
    pub fn succeeded(&self) -> PaymentSucceeded {
        let &Self { id: payment_id, order_id, amount, currency, .. } = self;
        PaymentSucceeded { order_id, payment_id, amount, currency }
    }

    /// The card was declined.
    #[must_use]
    pub fn declined(&self, reason: &str) -> PaymentDeclined {
        PaymentDeclined { order_id: self.order_id, payment_id: self.id, reason: reason.to_owned() }
    }

    /// It was cancelled before it was paid.
    #[must_use]
    pub fn voided(&self) -> PaymentVoided {
        PaymentVoided { order_id: self.order_id, payment_id: self.id }
    }

    /// It was cancelled after it was paid.
    #[must_use]
    pub fn refunded(&self) -> PaymentRefunded {
        let &Self { id: payment_id, order_id, amount, currency, .. } = self;
        PaymentRefunded { order_id, payment_id, amount, currency }
    }

    /// Nobody paid in time.
    #[must_use]
    pub fn expired(&self) -> PaymentExpired {
        PaymentExpired { order_id: self.order_id, payment_id: self.id }
    }
}
