//! Asks for an order to be undone, at any time before or after its payment.

use saga_kit::Tx;
use service_kit::{ETag, Expected};
use shared_events::OrderId;

use crate::orders::queries::view;
use crate::orders::{Order, OrderChange, OrderError, OrderStatus, metrics, store};

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
///
/// What was expected is compared on the locked row. An order that is being cancelled already stays so, whatever was
/// expected: whoever asks again because the answer was lost may know so (RFC 9110, 13.1.1).
pub async fn cancel_order(tx: &mut Tx, order_id: OrderId, expected: &Expected) -> Result<Cancellation, OrderError> {
    let mut order = store::lock(tx, order_id).await?.ok_or(OrderError::Unknown { order_id })?;
    let unexpected = unexpected(tx, &order, expected).await?;
    let requested = order.apply(OrderChange::CancellationRequested)?;
    if requested {
        if let Some(etag) = unexpected {
            return Err(OrderError::Changed { order_id, etag });
        }
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

/// The state of the order, where it is none of those that were expected. Its items are read only for that.
async fn unexpected(tx: &mut Tx, order: &Order, expected: &Expected) -> Result<Option<ETag>, OrderError> {
    if *expected == Expected::ANY {
        return Ok(None);
    }
    let etag = ETag::of_content(&view(tx, order.clone()).await?);
    Ok((!expected.is_met_by_tag(etag)).then_some(etag))
}
