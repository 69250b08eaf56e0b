//! What happens to an order, from its creation to its end.
//!
//! Owns the shapes of these events. The states of an order and what moves it belong to store-manager.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{EventBody, ORDER, OrderId, PaymentId, ProductId, UserId};
use crate::currency::Currency;
use crate::money::Money;
use crate::topics::Topic;

/// An order is written, with its prices fixed. Its stock is still to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCreated {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// What was ordered, each product once.
    pub items: Vec<OrderItem>,
    /// Sum over the items of quantity times unit price.
    pub total_amount: Money,
    /// Currency of the prices and the total.
    pub currency: Currency,
}

/// A product of an order, at the price of that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderItem {
    /// The product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: u32,
    /// Price of one.
    pub unit_price: Money,
}

impl EventBody for OrderCreated {
    const TYPE: &'static str = "OrderCreated";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// A well-formed order could not be: the client has its error, this tells everyone else.
///
/// There is no order id, so the saga's correlation id is the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCreationFailed {
    /// The saga that ends before there is an order.
    pub correlation_id: Uuid,
    /// Who would have ordered.
    pub user_id: UserId,
    /// What was asked for.
    pub items: Vec<RequestedItem>,
    /// Why it could not be.
    pub reason: OrderCreationFailure,
}

/// A product that was asked for, before it has a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestedItem {
    /// The product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: u32,
}

/// Why an order could not be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum OrderCreationFailure {
    /// Nobody has this user id.
    UnknownUser {
        /// The id that was given.
        user_id: UserId,
    },
    /// No product has one of these ids.
    UnknownProducts {
        /// The ids that were not found.
        product_ids: Vec<ProductId>,
    },
}

impl EventBody for OrderCreationFailed {
    const TYPE: &'static str = "OrderCreationFailed";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.correlation_id.to_string()
    }
}

/// Somebody wants an order undone. What was done for it is still to be compensated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancellationRequested {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// Why, in words for people.
    pub reason: String,
}

impl EventBody for OrderCancellationRequested {
    const TYPE: &'static str = "OrderCancellationRequested";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// An order is cancelled and holds nothing any more, neither stock nor money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// Why, in words for people.
    pub reason: String,
}

impl EventBody for OrderCancelled {
    const TYPE: &'static str = "OrderCancelled";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// The order knows that it is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderPaid {
    /// The order.
    pub order_id: OrderId,
    /// The payment.
    pub payment_id: PaymentId,
    /// What was paid.
    pub amount: Money,
    /// The amount's currency.
    pub currency: Currency,
}

impl EventBody for OrderPaid {
    const TYPE: &'static str = "OrderPaid";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}
