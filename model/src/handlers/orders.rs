//! What orders do about events: the mirror of `store-manager/src/orders/handlers/`.

use chrono::DateTime;
use shared_events::{OrderPaid, SagaCompleted, SagaOutcome};
use store_manager::orders::{OrderChange, OrderStatus};
use uuid::Uuid;

use crate::bug::Bug;
use crate::state::Placement;
use crate::transaction::{Parked, Tx};

/// `order_creation_failed.rs`
pub fn order_creation_failed(tx: &mut Tx) {
    let is_recorded = matches!(tx.rows().order, Placement::Refused(true));
    if is_recorded && !tx.has(Bug::Forgetful) {
        return;
    }
    tx.rows().order = Placement::Refused(true);
    let correlation_id = Uuid::from_u128(tx.correlation.into());
    tx.emit(&SagaCompleted { order_id: None, correlation_id, outcome: SagaOutcome::Refused, reason: None });
}

/// `payment_created.rs`
pub fn payment_created(tx: &mut Tx) -> Result<(), Parked> {
    let Ok(mut order) = tx.lock_own() else { return Ok(()) };
    if !tx.apply(&mut order, OrderChange::PaymentCreated)? {
        return Ok(());
    }
    order.payment_id = Some(order.id);
    if order.status == OrderStatus::AwaitingPayment {
        tx.emit(&order.end_saga(SagaOutcome::Succeeded, DateTime::UNIX_EPOCH));
    }
    tx.save(&order);
    Ok(())
}

/// `payment_succeeded.rs`
pub fn payment_succeeded(tx: &mut Tx) -> Result<(), Parked> {
    let Ok(mut order) = tx.lock_own() else { return Ok(()) };
    if !tx.apply(&mut order, OrderChange::PaymentSucceeded)? {
        return Ok(());
    }
    order.is_paid = true;
    if order.status == OrderStatus::Paid {
        let (order_id, amount, currency) = (order.id, order.total_amount, order.currency);
        tx.emit(&OrderPaid { order_id, payment_id: order_id, amount, currency });
    }
    tx.save(&order);
    Ok(())
}

/// `payment_declined.rs`
pub fn payment_declined(tx: &mut Tx) -> Result<(), Parked> {
    let Ok(mut order) = tx.lock_own() else { return Ok(()) };
    if tx.apply(&mut order, OrderChange::PaymentDeclined)? {
        tx.save(&order);
    }
    Ok(())
}

/// `stock_decrease_failed.rs`
pub fn stock_decrease_failed(tx: &mut Tx) -> Result<(), Parked> {
    cancel(tx, OrderChange::StockDecreaseFailed)
}

/// `stock_increased.rs`
pub fn stock_increased(tx: &mut Tx) -> Result<(), Parked> {
    cancel(tx, OrderChange::StockIncreased)
}

fn cancel(tx: &mut Tx, change: OrderChange) -> Result<(), Parked> {
    let mut order = tx.lock_own()?;
    if tx.apply(&mut order, change)? {
        tx.emit(&order.cancel(""));
        tx.save(&order);
    }
    Ok(())
}

/// `order_cancelled.rs`
pub fn order_cancelled(tx: &mut Tx) -> Result<(), Parked> {
    let mut order = tx.lock_own()?;
    let repeats = tx.has(Bug::Forgetful);
    if tx.apply(&mut order, OrderChange::Closed)? && (repeats || order.saga_ended_at.is_none()) {
        tx.emit(&order.end_saga(SagaOutcome::Cancelled, DateTime::UNIX_EPOCH));
        tx.save(&order);
    }
    Ok(())
}
