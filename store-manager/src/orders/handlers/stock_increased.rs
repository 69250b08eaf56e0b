//! The stock of an order is back: nothing is left to undo.

use saga_kit::{Handled, Tx};
use shared_events::StockIncreased;

use super::lock_own;
use crate::orders::{OrderChange, store};

/// Cancels the order, with the reason.
pub async fn stock_increased(tx: &mut Tx, event: StockIncreased) -> Handled {
    let mut order = lock_own(tx, event.order_id).await?;
    if order.apply(OrderChange::StockIncreased)? {
        tx.emit(&order.cancel(&event.reason))?;
        store::save(tx, &order).await?;
    }
    Ok(())
}
