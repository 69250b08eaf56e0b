//! An order is to be cancelled: its payment is voided or refunded, or there will be none.

use saga_kit::Tx;
use shared_events::OrderId;

use crate::payments::domain::{PaymentCommand, PaymentStatus, Transition, transition};
use crate::payments::{PaymentError, store};

/// Undoes the order's payment and says so, if the saga knows of one. Otherwise it remembers that there must be
/// none: the saga is answered when `StockDecreased` comes, or was answered with a refusal already.
pub async fn cancel_payment(tx: &mut Tx, order_id: OrderId) -> Result<(), PaymentError> {
    let mut payment = store::lock_of_order(tx, order_id).await?;
    if payment.as_ref().is_none_or(|payment| payment.correlation_id.is_none()) {
        let now = tx.now();
        store::remember_refusal(tx, order_id, "order_cancelled", now).await?;
        // Read again after the refusal is written: a client may make a payment at the same time.
        payment = store::lock_of_order(tx, order_id).await?;
    }
    let Some(mut payment) = payment else { return Ok(()) };
    // Voided, refunded or expired before: whoever did that has told the saga.
    let Transition::Applied(status) = transition(payment.status, PaymentCommand::Cancel) else { return Ok(()) };
    payment.status = status;
    store::save(tx, &payment).await?;
    if payment.correlation_id.is_some() {
        match status {
            PaymentStatus::Refunded => tx.emit(&payment.refunded())?,
            _ => tx.emit(&payment.voided())?,
        }
    }
    Ok(())
}
