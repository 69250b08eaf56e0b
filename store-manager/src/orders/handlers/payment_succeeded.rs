//! The customer paid.

use saga_kit::{Handled, Tx};
use shared_events::{EventBody, OrderPaid, PaymentSucceeded};

use super::lock_paid_for;
use crate::orders::{OrderChange, OrderStatus, store};

/// Marks the order as paid, and tells so unless a cancellation is under way: the money then goes back.
pub async fn payment_succeeded(tx: &mut Tx, event: PaymentSucceeded) -> Handled {
    let Some(mut order) = lock_paid_for(tx, event.order_id, PaymentSucceeded::TYPE).await? else { return Ok(()) };
    if !order.apply(OrderChange::PaymentSucceeded)? {
        return Ok(());
    }
    order.is_paid = true;
    if order.status == OrderStatus::Paid {
        let PaymentSucceeded { order_id, payment_id, amount, currency } = event;
        tx.emit(&OrderPaid { order_id, payment_id, amount, currency })?;
    }
    Ok(store::save(tx, &order).await?)
}
