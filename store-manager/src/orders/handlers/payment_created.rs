//! Orders have their payments: the good end of their sagas.

use saga_kit::{Failure, HandledAll, Received, Tx};
use shared_events::{EventBody, OrderId, PaymentCreated, SagaOutcome};

use super::{Order, tell_of_stranger};
use crate::orders::{OrderChange, OrderStatus, metrics, store};

/// Puts each payment and its link on its order and ends the saga.
pub async fn payment_created(tx: &mut Tx, events: Vec<Received<PaymentCreated>>) -> HandledAll {
    let ids: Vec<OrderId> = events.iter().map(|received| received.event.order_id).collect();
    let mut locked = store::lock_all(tx, &ids).await?;
    let mut changed = Vec::with_capacity(ids.len());
    for (index, Received { event, cause }) in events.into_iter().enumerate() {
        let Some(mut order) = locked.remove(&event.order_id) else {
            tell_of_stranger(event.order_id, PaymentCreated::TYPE);
            continue;
        };
        if !order.apply(OrderChange::PaymentCreated).map_err(|error| Failure::at(index, error))? {
            continue;
        }
        order.payment_id = Some(event.payment_id);
        order.payment_link = Some(event.payment_link);
        // While a cancellation is under way the saga goes on: this payment will be voided, and that leads to the end.
        if order.status == OrderStatus::AwaitingPayment {
            tx.caused_by(cause);
            metrics::ended(tx, SagaOutcome::Succeeded, order.correlation_id);
            tx.emit(&order.end_saga(SagaOutcome::Succeeded, tx.now()))?;
        }
        changed.push(order);
    }
    Ok(store::save_all(tx, &changed.iter().collect::<Vec<&Order>>()).await?)
}
