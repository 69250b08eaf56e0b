//! Keeps every event of the topic of orders, for the timeline.

use std::sync::Arc;

use saga_kit::{Handled, Tx};
use shared_events::{Envelope, EventBody, OrderCreated};

use crate::orders::store;

/// Records the events of this transaction that happened to orders, whoever emitted them. The service's own come
/// around by the topic too, so that the timeline has the one order that all readers see.
pub async fn record_timeline(tx: &mut Tx, mut events: Vec<Arc<Envelope>>) -> Handled {
    events.retain(|event| event.aggregate_type == OrderCreated::AGGREGATE);
    let now = tx.now();
    Ok(store::record_events(tx, &events, now).await?)
}
