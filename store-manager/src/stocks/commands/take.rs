//! Takes every item of an order from stock, or none; for several orders at once.

use std::collections::BTreeMap;

use saga_kit::{HandlerError, Tx};
use shared_events::{OrderId, Shortage, StockChange};

use crate::stocks::domain::{LockedStock, take_all};
use crate::stocks::store::{self, Moved, Movement};

/// What came of it.
pub(crate) enum Taken {
    /// All of it, with the levels that are left.
    All(Vec<StockChange>),
    /// Nothing, for want of these.
    Nothing(Vec<Shortage>),
}

impl Taken {
    fn moved(&self, order_id: OrderId) -> Option<Moved<'_>> {
        match self {
            Self::All(changes) => Some(Moved { order_id, changes }),
            Self::Nothing(_) => None,
        }
    }
}

/// Takes what each of these orders wants, the first of them first. The caller holds the orders' locks and has seen
/// that nothing was taken for them before.
pub(crate) async fn take(tx: &mut Tx, orders: &[OrderId]) -> Result<BTreeMap<OrderId, Taken>, HandlerError> {
    if orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let store::Wanted { items, mut levels } = store::lock_wanted(tx, orders).await?;
    let mut outcomes = Vec::with_capacity(orders.len());
    for &order_id in orders {
        let stock = |&(product_id, quantity)| {
            let (level, version) = levels.get(&product_id).copied().unwrap_or_default();
            LockedStock { product_id, quantity, level, version }
        };
        let stocks: Vec<LockedStock> = items.get(&order_id).into_iter().flatten().map(stock).collect();
        let taken = match take_all(&stocks) {
            Err(shortages) => Taken::Nothing(shortages),
            Ok(changes) => {
                levels.extend(changes.iter().map(|change| (change.product_id, (change.level, change.version))));
                Taken::All(changes)
            }
        };
        outcomes.push((order_id, taken));
    }
    let now = tx.now();
    let moved: Vec<Moved<'_>> = outcomes.iter().filter_map(|(order_id, taken)| taken.moved(*order_id)).collect();
    store::move_all(tx, Movement::Take, &moved, now).await?;
    Ok(outcomes.into_iter().collect())
}
