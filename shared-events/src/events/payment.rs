//! What happens to a payment.
//!
//! Owns the shapes of these events. The states of a payment and what moves it belong to payment-service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::payment_refusal::PaymentRefusal;
use super::{EventBody, ORDER, OrderId, PaymentId};
use crate::currency::Currency;
use crate::money::Money;
use crate::topics::Topic;

/// An order has its payment, still to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentCreated {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// Where the customer pays.
    pub payment_link: String,
    /// What is to be paid.
    pub amount: Money,
    /// The amount's currency.
    pub currency: Currency,
}

impl EventBody for PaymentCreated {
    const TYPE: &'static str = "PaymentCreated";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// The business refuses a payment for an order. A failure that may pass is retried and no event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentCreationFailed {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: PaymentRefusal,
}

impl EventBody for PaymentCreationFailed {
    const TYPE: &'static str = "PaymentCreationFailed";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// The customer paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentSucceeded {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// What was paid.
    pub amount: Money,
    /// The amount's currency.
    pub currency: Currency,
}

impl EventBody for PaymentSucceeded {
    const TYPE: &'static str = "PaymentSucceeded";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// The card was declined: this payment will not be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentDeclined {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// Why, in words for people; nothing of the card.
    pub reason: String,
}

impl EventBody for PaymentDeclined {
    const TYPE: &'static str = "PaymentDeclined";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// A payment that nobody had paid will not be paid any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentVoided {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
}

impl EventBody for PaymentVoided {
    const TYPE: &'static str = "PaymentVoided";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// A payment that was paid went back to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentRefunded {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// What went back.
    pub amount: Money,
    /// The amount's currency.
    pub currency: Currency,
}

impl EventBody for PaymentRefunded {
    const TYPE: &'static str = "PaymentRefunded";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// Nobody paid in time: the payment cannot be paid any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentExpired {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
}

impl EventBody for PaymentExpired {
    const TYPE: &'static str = "PaymentExpired";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}
