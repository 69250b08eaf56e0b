//! Locks what a batch of events will move, before the first of them is handled.

use std::sync::Arc;

use saga_kit::{Handled, Tx};
use shared_events::{Envelope, EventBody, OrderCreated, OrderId, SAGA, STORE_MANAGER};

use crate::stocks::store;

/// Locks the stock of all the orders of a batch in product id order, when some of them give back: these do so order by
/// order, and two partitions that move the same products would deadlock, and a batch be rolled back for it. Orders that
/// take do it all at once, in order by themselves.
pub async fn lock_stock(tx: &mut Tx, events: Vec<Arc<Envelope>>) -> Handled {
    if !events.iter().any(|event| moves(event) && event.event_type != OrderCreated::TYPE) {
        return Ok(());
    }
    let orders: Vec<OrderId> =
        events.iter().filter(|event| moves(event)).filter_map(|event| event.aggregate_id.parse().ok()).collect();
    // One order alone locks in order by itself.
    if orders.len() > 1 {
        store::lock_wanted(tx, &orders).await?;
    }
    Ok(())
}

/// Whether the event's handler is one of this feature, by the saga's map.
fn moves(event: &Envelope) -> bool {
    let reaction = SAGA.spec(&event.event_type).and_then(|spec| spec.reaction);
    reaction.is_some_and(|reaction| reaction.service == STORE_MANAGER && reaction.feature == "stocks")
}
