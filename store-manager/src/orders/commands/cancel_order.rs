//! Asks for an order to be undone, at any time before or after its payment.

use saga_kit::Tx;
use shared_events::OrderId;

use crate::orders::{OrderChange, OrderError, OrderStatus, metrics, store};

/// The reason that the order and its events then give.
const REASON: &str = "its cancellation was requested";

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancellation {
    /// The order.
    pub order_id: OrderId,
    /// False when it was being cancelled already, or had been.
    pub requested: bool,
    /// Where it stands now.
    pub status: OrderStatus,
}

/// Requests the cancellation. It joins the saga that runs; after that saga's end it is one of its own.
///
/// Nothing is undone here: payment-service decides first what becomes of the payment, for the customer may be paying
/// at this very moment, and the stock goes back when it has.
pub async fn cancel_order(tx: &mut Tx, order_id: OrderId) -> Result<Cancellation, OrderError> {
    let mut order = store::lock(tx, order_id).await?.ok_or(OrderError::Unknown { order_id })?;
    let requested = order.apply(OrderChange::CancellationRequested)?;
    if requested {
        if order.saga_ended_at.is_some() {
            metrics::began(tx);
        }
        let correlation_id = order.join_or_open_saga(|| tx.new_saga());
        tx.correlate(correlation_id);
        tx.emit(&order.request_cancellation(REASON))?;
        store::save(tx, &order).await?;
    }
    Ok(Cancellation { order_id, requested, status: order.status })
}
