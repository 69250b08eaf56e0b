//! The order has its payment: the good end of its saga.

use saga_kit::{Handled, Tx};
use shared_events::{EventBody, PaymentCreated, SagaOutcome};

use super::lock_paid_for;
use crate::orders::{OrderChange, OrderStatus, store};

/// Puts the payment and its link on the order and ends the saga.
pub async fn payment_created(tx: &mut Tx, event: PaymentCreated) -> Handled {
    let Some(mut order) = lock_paid_for(tx, event.order_id, PaymentCreated::TYPE).await? else { return Ok(()) };
    if !order.apply(OrderChange::PaymentCreated)? {
        return Ok(());
    }
    order.payment_id = Some(event.payment_id);
    order.payment_link = Some(event.payment_link);
    // While a cancellation is under way the saga goes on: this payment will be voided, and that leads to the end.
    if order.status == OrderStatus::AwaitingPayment {
        tx.emit(&order.end_saga(SagaOutcome::Succeeded, tx.now()))?;
    }
    Ok(store::save(tx, &order).await?)
}
