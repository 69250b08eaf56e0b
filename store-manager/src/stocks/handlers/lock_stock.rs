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

/// Locks the stock of all the orders of a batch in product id order. Order by order, two partitions that take the
/// same products would deadlock, and a batch would be rolled back for it.
pub async fn lock_stock(tx: &mut Tx, events: Vec<Arc<Envelope>>) -> Handled {
    let orders: Vec<OrderId> = events
        .iter()
        .filter(|event| MOVERS.contains(&event.event_type.as_str()))
        .filter_map(|event| event.aggregate_id.parse().ok())
        .collect();
    // One order alone locks in order by itself.
    if orders.len() > 1 { Ok(store::lock_for_orders(tx, &orders).await?) } else { Ok(()) }
}
