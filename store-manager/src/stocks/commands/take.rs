//! Takes every item of an order from stock, or none.

use saga_kit::{HandlerError, Tx};
use shared_events::{OrderId, Shortage, StockChange};

use crate::stocks::domain::take_all;
use crate::stocks::store::{self, Movement};

/// What came of it.
pub(crate) enum Taken {
    /// All of it, with the levels that are left.
    All(Vec<StockChange>),
    /// Nothing, for want of these.
    Nothing(Vec<Shortage>),
}

/// Takes what the order wants. The caller holds the order's lock and has seen that nothing was taken before.
pub(crate) async fn take(tx: &mut Tx, order_id: OrderId) -> Result<Taken, HandlerError> {
    let stocks = store::lock_wanted(tx, order_id).await?;
    let changes = match take_all(&stocks) {
        Ok(changes) => changes,
        Err(shortages) => return Ok(Taken::Nothing(shortages)),
    };
    let now = tx.now();
    store::move_all(tx, (order_id, Movement::Take), &changes, now).await?;
    Ok(Taken::All(changes))
}
