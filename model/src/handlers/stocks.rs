//! What stock does about events: the mirror of `store-manager/src/stocks/handlers/` and `commands/`.

use shared_events::{Shortage, StockChange, StockDecreaseFailed, StockDecreased, StockIncreased};
use store_manager::orders::{Order, OrderChange, OrderStatus};
use store_manager::stocks::{LockedStock, give_all_back, take_all};
use uuid::Uuid;

use crate::bug::Bug;
use crate::rows::number_of;
use crate::transaction::{Parked, Tx, wanted};

/// `handlers/order_created.rs`
pub fn order_created(tx: &mut Tx) -> Result<(), Parked> {
    let mut order = tx.lock_own()?;
    if was_handled(tx, &order) {
        return Ok(());
    }
    let (order_id, user_id) = (order.id, order.user_id);
    match look_and_take(tx, &[tx.lock_stock(wanted())]) {
        Ok(items) => {
            tx.take(&items)?;
            tx.apply(&mut order, OrderChange::StockTaken)?;
            let (total_amount, currency) = (order.total_amount, order.currency);
            tx.emit(&StockDecreased { order_id, user_id, total_amount, currency, items });
        }
        Err(shortages) => {
            tx.apply(&mut order, OrderChange::StockRefused)?;
            tx.emit(&StockDecreaseFailed { order_id, user_id, shortages });
        }
    }
    tx.save(&order);
    Ok(())
}

fn was_handled(tx: &mut Tx, order: &Order) -> bool {
    if tx.has(Bug::Forgetful) {
        return false;
    }
    match order.status {
        OrderStatus::DecreasingStock => false,
        OrderStatus::CancellationRequested => tx.rows().taken > 0,
        OrderStatus::CreatingPayment
        | OrderStatus::AwaitingPayment
        | OrderStatus::PaymentDeclined
        | OrderStatus::Paid
        | OrderStatus::CancellingOrder
        | OrderStatus::Cancelled => true,
    }
}

/// All or nothing; without the guard, all whatever is there.
fn look_and_take(tx: &Tx, stocks: &[LockedStock]) -> Result<Vec<StockChange>, Vec<Shortage>> {
    if !tx.has(Bug::NoStockGuard) {
        return take_all(stocks);
    }
    let unguarded = |stock: &LockedStock| StockChange {
        product_id: stock.product_id,
        quantity: stock.quantity,
        level: stock.level.saturating_sub(stock.quantity),
        version: stock.version + 1,
    };
    Ok(stocks.iter().map(unguarded).collect())
}

/// `commands/give_back.rs`, whichever of the payment's events asks for it.
pub fn give_back(tx: &mut Tx) -> Result<(), Parked> {
    if !begin_compensation(tx)? {
        return Ok(());
    }
    let order_id = tx.order_id();
    if tx.has(Bug::CompensateFromOrder) {
        tx.add_to_level(wanted());
        tx.emit(&StockIncreased { order_id, items: Vec::new(), reason: String::new() });
        return Ok(());
    }
    let quantity = tx.rows().taken - tx.rows().given_back;
    let items = if quantity > 0 { give_all_back(&[tx.lock_stock(quantity)]) } else { Vec::new() };
    if !items.is_empty() {
        tx.give_back(&items)?;
    }
    tx.emit(&StockIncreased { order_id, items, reason: String::new() });
    Ok(())
}

/// `orders/commands/begin_compensation.rs`
fn begin_compensation(tx: &mut Tx) -> Result<bool, Parked> {
    let Ok(mut order) = tx.lock_own() else { return Ok(false) };
    if !tx.apply(&mut order, OrderChange::PaymentGone)? {
        return Ok(false);
    }
    let of_event = Uuid::from_u128(tx.correlation.into());
    tx.correlation = number_of(order.join_or_open_saga(|| of_event));
    order.is_paid = false;
    tx.save(&order);
    Ok(true)
}
