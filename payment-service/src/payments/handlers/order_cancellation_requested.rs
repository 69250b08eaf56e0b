//! `OrderCancellationRequested`: the order's payment is undone, or there will be none.

use saga_kit::{Handled, Tx};
use shared_events::OrderCancellationRequested;

use crate::payments::commands::cancel_payment;

/// Emits `PaymentVoided` or `PaymentRefunded`, or nothing yet.
pub async fn order_cancellation_requested(tx: &mut Tx, event: OrderCancellationRequested) -> Handled {
    Ok(cancel_payment(tx, event.order_id).await?)
}
