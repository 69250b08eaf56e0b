//! An order could not be: its saga ends before it began.

use saga_kit::{Handled, HandlerError, Tx};
use shared_events::{OrderCreationFailed, OrderCreationFailure, SagaCompleted, SagaOutcome};

use crate::orders::{metrics, store};

/// Records why, under the saga's id, and ends the saga. The row that is written is also the lock.
pub async fn order_creation_failed(tx: &mut Tx, event: OrderCreationFailed) -> Handled {
    let OrderCreationFailed { correlation_id, user_id, reason, .. } = event;
    let record = serde_json::to_string(&reason).map_err(HandlerError::park)?;
    let now = tx.now();
    if store::record_refusal(tx, correlation_id, (user_id, &record), now).await? {
        let (outcome, reason) = (SagaOutcome::Refused, Some(in_words(&reason)));
        metrics::ended(tx, outcome, correlation_id);
        tx.emit(&SagaCompleted { order_id: None, correlation_id, outcome, reason })?;
    }
    Ok(())
}

fn in_words(reason: &OrderCreationFailure) -> String {
    match reason {
        OrderCreationFailure::UnknownUser { user_id } => format!("there is no user {user_id}"),
        OrderCreationFailure::UnknownProducts { product_ids } => format!("there are no products {product_ids:?}"),
    }
}
