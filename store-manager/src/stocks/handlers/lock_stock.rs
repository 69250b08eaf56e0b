//! Locks what a batch of events will move, before the first of them is handled.

use std::sync::Arc;

use saga_kit::{Handled, Tx};
use shared_events::{
    Envelope, EventBody, OrderCreated, OrderId, PaymentCreationFailed, PaymentExpired, PaymentRefunded, PaymentVoided,
};

use crate::stocks::store;

/// The events whose handlers move stock.
const MOVERS: [&str; 5] =
    [OrderCreated::TYPE, PaymentCreationFailed::TYPE, PaymentVoided::TYPE, PaymentRefunded::TYPE, PaymentExpired::TYPE];

/// Locks the stock of all the orders of a batch in product id order, when some of them give back: these do so order by
/// order, and two partitions that move the same products would deadlock, and a batch be rolled back for it. Orders that
/// take do it all at once, in order by themselves.
pub async fn lock_stock(tx: &mut Tx, events: Vec<Arc<Envelope>>) -> Handled {
    let moves = |event: &Envelope| MOVERS.contains(&event.event_type.as_str());
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
