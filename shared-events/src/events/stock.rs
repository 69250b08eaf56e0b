//! What happens to stock, for an order or by hand.
//!
//! Owns the shapes of these events. Levels and the ledger behind them belong to store-manager.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EventBody, ORDER, OrderId, PRODUCT, ProductId, UserId};
use crate::currency::Currency;
use crate::money::Money;
use crate::topics::Topic;

/// All items of an order are taken from stock. Its payment is still to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockDecreased {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// What is to be paid.
    pub total_amount: Money,
    /// The amount's currency.
    pub currency: Currency,
    /// What was taken, in product id order.
    pub items: Vec<StockChange>,
}

/// One product's part in a change of stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockChange {
    /// The product.
    pub product_id: ProductId,
    /// How many were taken or given back.
    pub quantity: u32,
    /// How many are there after the change.
    pub level: u32,
    /// Version of the level after the change: of two, the higher one is the newer.
    pub version: u64,
}

impl EventBody for StockDecreased {
    const TYPE: &'static str = "StockDecreased";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// There is not enough of something: nothing at all was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockDecreaseFailed {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// Each product that there is too little of.
    pub shortages: Vec<Shortage>,
}

/// A product that there is too little of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shortage {
    /// The product.
    pub product_id: ProductId,
    /// How many were wanted.
    pub requested: u32,
    /// How many there were.
    pub available: u32,
}

impl EventBody for StockDecreaseFailed {
    const TYPE: &'static str = "StockDecreaseFailed";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// What an order had taken is back in stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockIncreased {
    /// The order.
    pub order_id: OrderId,
    /// What was given back, in product id order.
    pub items: Vec<StockChange>,
    /// Why, in words for people.
    pub reason: String,
}

impl EventBody for StockIncreased {
    const TYPE: &'static str = "StockIncreased";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        self.order_id.to_string()
    }
}

/// A level was set by hand. It belongs to no order and to no saga.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockLevelSet {
    /// The product.
    pub product_id: ProductId,
    /// How many are there now.
    pub level: u32,
    /// Version of the level after the change: of two, the higher one is the newer.
    pub version: u64,
    /// By how many the level rose; negative where it fell.
    pub delta: i64,
}

impl EventBody for StockLevelSet {
    const TYPE: &'static str = "StockLevelSet";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = PRODUCT;

    fn aggregate_id(&self) -> String {
        self.product_id.to_string()
    }
}

/// A supplier announced goods, which are in stock from now on. It belongs to no order and to no saga.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockReplenished {
    /// The product.
    pub product_id: ProductId,
    /// How many came.
    pub quantity: u32,
    /// How many are there now.
    pub level: u32,
    /// Version of the level after the change: of two, the higher one is the newer.
    pub version: u64,
    /// Who announced them, as they call themselves.
    pub supplier: Option<String>,
}

impl EventBody for StockReplenished {
    const TYPE: &'static str = "StockReplenished";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = PRODUCT;

    fn aggregate_id(&self) -> String {
        self.product_id.to_string()
    }
}
