//! The order is cancelled: the other end of its saga.

use saga_kit::{Handled, Tx};
use shared_events::{OrderCancelled, SagaOutcome};

use super::lock_own;
use crate::orders::{OrderChange, metrics, store};

/// Ends the saga.
pub async fn order_cancelled(tx: &mut Tx, event: OrderCancelled) -> Handled {
    let mut order = lock_own(tx, event.order_id).await?;
    // The state does not change here, so it is the end itself that tells whether this was done before.
    if order.apply(OrderChange::Closed)? && order.saga_ended_at.is_none() {
        metrics::ended(tx, SagaOutcome::Cancelled, order.correlation_id);
        tx.emit(&order.end_saga(SagaOutcome::Cancelled, tx.now()))?;
        store::save(tx, &order).await?;
    }
    Ok(())
}
