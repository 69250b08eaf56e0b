//! What happens to a product that is sold.
//!
//! Owns the shapes of these events. Products belong to store-manager; who keeps a copy of one, such as a read model,
//! learns from these events what to show. Of two events of a product, the one with the higher version is the newer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EventBody, PRODUCT, ProductId};
use crate::money::Money;
use crate::topics::Topic;

/// A product can be ordered from now on. There is nothing of it in stock yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductCreated {
    /// The product.
    pub product_id: ProductId,
    /// What to call it.
    pub name: String,
    /// Its code; no two products share one.
    pub sku: String,
    /// What one costs from now on.
    pub price: Money,
    /// Version of the product after the change.
    pub version: u64,
}

impl EventBody for ProductCreated {
    const TYPE: &'static str = "ProductCreated";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = PRODUCT;

    fn aggregate_id(&self) -> String {
        self.product_id.to_string()
    }
}

/// A product has another name, code or price from now on. Orders keep the price of their moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductChanged {
    /// The product.
    pub product_id: ProductId,
    /// What to call it.
    pub name: String,
    /// Its code; no two products share one.
    pub sku: String,
    /// What one costs from now on.
    pub price: Money,
    /// Version of the product after the change.
    pub version: u64,
}

impl EventBody for ProductChanged {
    const TYPE: &'static str = "ProductChanged";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = PRODUCT;

    fn aggregate_id(&self) -> String {
        self.product_id.to_string()
    }
}

/// A product that nobody had ordered is gone, with its stock. Its id is never given again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProductDeleted {
    /// The product.
    pub product_id: ProductId,
    /// Version of the product after the change: higher than that of any event before.
    pub version: u64,
}

impl EventBody for ProductDeleted {
    const TYPE: &'static str = "ProductDeleted";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = PRODUCT;

    fn aggregate_id(&self) -> String {
        self.product_id.to_string()
    }
}
