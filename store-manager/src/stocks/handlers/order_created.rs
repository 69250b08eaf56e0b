//! Orders are written: their stock is taken, all that one wants or none of it.

use saga_kit::{Failure, HandledAll, HandlerError, Received, Tx};
use shared_events::{OrderCreated, OrderId, StockDecreaseFailed, StockDecreased};

use crate::orders::{self, Order, OrderChange, OrderError, OrderStatus};
use crate::stocks::commands::{Taken, take};
use crate::stocks::store;

/// Takes the stock and moves the orders on. Their rows are locked before any stock: everyone locks in this order.
pub async fn order_created(tx: &mut Tx, events: Vec<Received<OrderCreated>>) -> HandledAll {
    let ids: Vec<OrderId> = events.iter().map(|received| received.event.order_id).collect();
    let mut locked = orders::store::lock_all(tx, &ids).await?;
    let mut wanting = Vec::with_capacity(ids.len());
    for (index, order_id) in ids.into_iter().enumerate() {
        let unknown = || Failure::at(index, HandlerError::park(OrderError::Unknown { order_id }));
        if !was_handled(tx, locked.get(&order_id).ok_or_else(unknown)?).await? {
            wanting.push(order_id);
        }
    }
    let mut taken = take(tx, &wanting).await?;
    for (index, Received { event, cause }) in events.into_iter().enumerate() {
        let OrderCreated { order_id, user_id, total_amount, currency, .. } = event;
        let (Some(taken), Some(order)) = (taken.remove(&order_id), locked.get_mut(&order_id)) else { continue };
        tx.caused_by(cause);
        match taken {
            Taken::All(items) => {
                order.apply(OrderChange::StockTaken).map_err(|error| Failure::at(index, error))?;
                tx.emit(&StockDecreased { order_id, user_id, total_amount, currency, items })?;
            }
            Taken::Nothing(shortages) => {
                order.apply(OrderChange::StockRefused).map_err(|error| Failure::at(index, error))?;
                tx.emit(&StockDecreaseFailed { order_id, user_id, shortages })?;
            }
        }
    }
    let moved_on: Vec<&Order> = wanting.iter().filter_map(|order_id| locked.get(order_id)).collect();
    Ok(orders::store::save_all(tx, &moved_on).await?)
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
