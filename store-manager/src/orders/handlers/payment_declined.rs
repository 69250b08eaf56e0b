//! The card was declined.

use saga_kit::{Handled, Tx};
use shared_events::{EventBody, PaymentDeclined};

use super::lock_paid_for;
use crate::orders::{OrderChange, store};

/// Records why the order is not paid. It then waits for its cancellation, or for its payment's expiry.
pub async fn payment_declined(tx: &mut Tx, event: PaymentDeclined) -> Handled {
    let Some(mut order) = lock_paid_for(tx, event.order_id, PaymentDeclined::TYPE).await? else { return Ok(()) };
    if order.apply(OrderChange::PaymentDeclined)? {
        order.decline_reason = Some(event.reason);
        store::save(tx, &order).await?;
    }
    Ok(())
}
