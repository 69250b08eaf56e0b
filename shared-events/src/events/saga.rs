//! The end of a saga.
//!
//! Owns the shape of that event. When a saga ends is for store-manager to say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{EventBody, ORDER, OrderId};
use crate::topics::Topic;

/// A saga came to its end, good or bad. Nothing follows in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SagaCompleted {
    /// The order; `null` where none came to be, and then the correlation id is the key.
    pub order_id: Option<OrderId>,
    /// The saga.
    pub correlation_id: Uuid,
    /// How it ended.
    pub outcome: SagaOutcome,
    /// Why it did not end well, in words for people.
    pub reason: Option<String>,
}

/// How a saga ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SagaOutcome {
    /// The order stands, and has its payment link.
    Succeeded,
    /// The order is cancelled, and all that was done for it undone.
    Cancelled,
    /// The order never came to be.
    Refused,
}

impl EventBody for SagaCompleted {
    const TYPE: &'static str = "SagaCompleted";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = ORDER;

    fn aggregate_id(&self) -> String {
        match self.order_id {
            Some(order_id) => order_id.to_string(),
            None => self.correlation_id.to_string(),
        }
    }
}
