//! What orders do about events, each in a file of the event's name, and the timeline that sees them all.

mod order_cancelled;
mod order_creation_failed;
mod payment_created;
mod payment_declined;
mod payment_succeeded;
mod record_timeline;
mod stock_decrease_failed;
mod stock_increased;

pub use order_cancelled::order_cancelled;
pub use order_creation_failed::order_creation_failed;
pub use payment_created::payment_created;
pub use payment_declined::payment_declined;
pub use payment_succeeded::payment_succeeded;
pub use record_timeline::record_timeline;
pub use stock_decrease_failed::stock_decrease_failed;
pub use stock_increased::stock_increased;

use saga_kit::{HandlerError, Tx};
use shared_events::OrderId;

use super::{Order, OrderError, store};

/// Locks the order of an event of our own. That it is missing can only be a fault.
async fn lock_own(tx: &mut Tx, order_id: OrderId) -> Result<Order, HandlerError> {
    store::lock(tx, order_id).await?.ok_or_else(|| HandlerError::park(OrderError::Unknown { order_id }))
}

/// Locks the order of a payment's event. A payment may have been made directly, for an order that never was: such
/// an event is none of this store's business.
async fn lock_paid_for(
    tx: &mut Tx,
    order_id: OrderId,
    payment_event: &'static str,
) -> Result<Option<Order>, HandlerError> {
    let order = store::lock(tx, order_id).await?;
    if order.is_none() {
        tell_of_stranger(order_id, payment_event);
    }
    Ok(order)
}

fn tell_of_stranger(order_id: OrderId, payment_event: &'static str) {
    tracing::warn!(order_id, payment_event, "a payment's event for an order that this store does not have");
}
