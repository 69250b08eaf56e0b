//! An order is written: its stock is taken, all of it or none.

use saga_kit::{Handled, HandlerError, Tx};
use shared_events::{OrderCreated, StockDecreaseFailed, StockDecreased};

use crate::orders::{self, Order, OrderChange, OrderError, OrderStatus};
use crate::stocks::commands::{Taken, take};
use crate::stocks::store;

/// Takes the stock and moves the order on. The order's row is locked before any stock: everyone locks in this order.
pub async fn order_created(tx: &mut Tx, event: OrderCreated) -> Handled {
    let OrderCreated { order_id, user_id, total_amount, currency, .. } = event;
    let order = orders::store::lock(tx, order_id).await?;
    let mut order = order.ok_or_else(|| HandlerError::park(OrderError::Unknown { order_id }))?;
    if was_handled(tx, &order).await? {
        return Ok(());
    }
    match take(tx, order_id).await? {
        Taken::All(items) => {
            order.apply(OrderChange::StockTaken)?;
            tx.emit(&StockDecreased { order_id, user_id, total_amount, currency, items })?;
        }
        Taken::Nothing(shortages) => {
            order.apply(OrderChange::StockRefused)?;
            tx.emit(&StockDecreaseFailed { order_id, user_id, shortages })?;
        }
    }
    Ok(orders::store::save(tx, &order).await?)
}

/// Whether this event took effect before. The order's state tells, except while a cancellation is requested, which
/// may be before the stock is taken or after: then the ledger tells.
async fn was_handled(tx: &mut Tx, order: &Order) -> Result<bool, HandlerError> {
    match order.status {
        OrderStatus::DecreasingStock => Ok(false),
        OrderStatus::CancellationRequested => Ok(store::holds_taken(tx, order.id).await?),
        OrderStatus::CreatingPayment
        | OrderStatus::AwaitingPayment
        | OrderStatus::PaymentDeclined
        | OrderStatus::Paid
        | OrderStatus::CancellingOrder
        | OrderStatus::Cancelled => Ok(true),
    }
}
