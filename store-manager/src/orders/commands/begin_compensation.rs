//! Takes an order whose payment is gone onto its way back.

use saga_kit::{HandlerError, Tx};
use shared_events::OrderId;

use crate::orders::{OrderChange, metrics, store};

/// Marks a locked order as being cancelled: true when that was still to be done, and its stock with it, in this
/// transaction.
///
/// An expiry comes with a saga of its own. Where a cancellation is under way already, it joins that one, so that an
/// order has one running saga at most and that saga has one end.
///
/// A payment may have been made directly, for an order that never was: there is nothing to compensate then.
pub(crate) async fn begin_compensation(
    tx: &mut Tx,
    order_id: OrderId,
    payment_event: &'static str,
) -> Result<bool, HandlerError> {
    let Some(mut order) = store::lock(tx, order_id).await? else {
        tracing::warn!(order_id, payment_event, "a payment's event for an order that this store does not have");
        return Ok(false);
    };
    if !order.apply(OrderChange::PaymentGone)? {
        return Ok(false);
    }
    if order.saga_ended_at.is_some() {
        metrics::began(tx);
    }
    let correlation_id = order.join_or_open_saga(|| tx.correlation_id());
    tx.correlate(correlation_id);
    order.is_paid = false;
    store::save(tx, &order).await?;
    Ok(true)
}
