//! The compensation of stock, whatever made it necessary.

use saga_kit::mutation::{self, Mutation};
use saga_kit::{Handled, Tx};
use shared_events::{EventBody, OrderId, StockIncreased};

use crate::orders::commands::begin_compensation;
use crate::stocks::domain::give_all_back;
use crate::stocks::store::{self, Moved, Movement};

/// Gives back what the ledger says was taken for the order, because of the payment's event `E`; once, however often
/// it is asked to. The ledger decides and not the order's items: what was never taken does not come back.
pub(crate) async fn give_back<E: EventBody>(tx: &mut Tx, order_id: OrderId, reason: String) -> Handled {
    if !begin_compensation(tx, order_id, E::TYPE).await? {
        return Ok(());
    }
    if mutation::is_on(Mutation::CompensationFromTheOrder) {
        store::add_what_was_ordered(tx, order_id).await?;
        return Ok(tx.emit(&StockIncreased { order_id, items: Vec::new(), reason })?);
    }
    let items = give_all_back(&store::lock_taken(tx, order_id).await?);
    if !items.is_empty() {
        let now = tx.now();
        let moved = Moved { order_id, changes: &items };
        store::move_all(tx, Movement::GiveBack, &[moved], now).await?;
    }
    Ok(tx.emit(&StockIncreased { order_id, items, reason })?)
}
