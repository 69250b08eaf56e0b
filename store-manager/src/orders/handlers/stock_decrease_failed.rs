//! There was too little of something: nothing was taken, so the order can be cancelled at once.

use saga_kit::{Handled, Tx};
use shared_events::{Shortage, StockDecreaseFailed};

use super::lock_own;
use crate::orders::{OrderChange, store};

/// Cancels the order, and says of what there was how much too little.
pub async fn stock_decrease_failed(tx: &mut Tx, event: StockDecreaseFailed) -> Handled {
    let mut order = lock_own(tx, event.order_id).await?;
    if order.apply(OrderChange::StockDecreaseFailed)? {
        tx.emit(&order.cancel(&reason(&event.shortages)))?;
        store::save(tx, &order).await?;
    }
    Ok(())
}

fn reason(shortages: &[Shortage]) -> String {
    let shortage = |short: &Shortage| {
        format!("product {}: {} wanted, {} there", short.product_id, short.requested, short.available)
    };
    format!("too little in stock ({})", shortages.iter().map(shortage).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_each_product() {
        let shortages = [(3, 9, 2), (5, 1, 0)].map(|(product_id, requested, available)| Shortage {
            product_id,
            requested,
            available,
        });
        let reason = reason(&shortages);
        assert_eq!(reason, "too little in stock (product 3: 9 wanted, 2 there; product 5: 1 wanted, 0 there)");
    }
}
