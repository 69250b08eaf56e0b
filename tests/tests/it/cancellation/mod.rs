//! Cancelling an order in every state it can be in, and what the customer is told.
//!
//! A state that lasts for a moment is held: by stopping the service whose step comes next, or by keeping the events
//! of one in its outbox.

mod at_rest;
mod on_the_way;

use serde_json::json;
use tests::Store;

/// The end of each way back.
pub const BACK: [&str; 3] = ["StockIncreased", "OrderCancelled", "SagaCompleted"];

pub async fn requested(store: &Store, order: u64) {
    let answer = store.cancel(order).await;
    assert_eq!(answer, json!({"deleted": true, "order_id": order, "status": "cancellation_requested"}));
}

/// The number of sagas that the events of an order belong to, in order and without repetition.
pub fn sagas(store: &Store, order: u64) -> usize {
    let mut ids: Vec<_> = store.topics.events_of(&order.to_string()).iter().map(|event| event.correlation_id).collect();
    ids.dedup();
    ids.len()
}
