//! `StockDecreased`: orders have their articles, and now get their payments or refusals.

use std::sync::Arc;

use saga_kit::{HandledAll, Received, Tx};
use shared_events::StockDecreased;

use crate::payments::PaymentPolicy;
use crate::payments::commands::answer_orders;
use crate::payments::domain::Due;

/// Emits for each `PaymentCreated` (and `PaymentSucceeded`, if a client has paid already) or `PaymentCreationFailed`.
pub async fn stock_decreased(
    tx: &mut Tx,
    policy: Arc<PaymentPolicy>,
    events: Vec<Received<StockDecreased>>,
) -> HandledAll {
    let due = |Received { event, cause }: Received<StockDecreased>| {
        let StockDecreased { order_id, user_id, total_amount, currency, .. } = event;
        (Due { order_id, user_id, amount: total_amount, currency }, cause)
    };
    answer_orders(tx, &policy, events.into_iter().map(due).collect()).await
}
