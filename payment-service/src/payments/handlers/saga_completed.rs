//! `SagaCompleted`: what a client did beside the saga ends with it.

use saga_kit::{Handled, Tx};
use shared_events::{SagaCompleted, SagaOutcome};

use crate::payments::commands::cancel_payment;

/// Undoes a payment that a client made directly for an order that is cancelled, and remembers that there must be
/// none. Where stock was short, the saga ended without a word to this service: a client's money would be kept for an
/// order that nobody will deliver. The saga's own payment was undone on its way to this end.
pub async fn saga_completed(tx: &mut Tx, event: SagaCompleted) -> Handled {
    match (event.order_id, event.outcome) {
        (Some(order_id), SagaOutcome::Cancelled) => Ok(cancel_payment(tx, order_id).await?),
        (None, _) | (_, SagaOutcome::Succeeded | SagaOutcome::Refused) => Ok(()),
    }
}
