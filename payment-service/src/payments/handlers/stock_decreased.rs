//! `StockDecreased`: the order has its articles, and now gets its payment or a refusal.

use std::sync::Arc;

use saga_kit::{Handled, Tx};
use shared_events::StockDecreased;

use crate::payments::PaymentPolicy;
use crate::payments::commands::answer_order;
use crate::payments::domain::Due;

/// Emits `PaymentCreated` (and `PaymentSucceeded`, if a client has paid already) or `PaymentCreationFailed`.
pub async fn stock_decreased(tx: &mut Tx, policy: Arc<PaymentPolicy>, event: StockDecreased) -> Handled {
    let StockDecreased { order_id, user_id, total_amount, currency, .. } = event;
    let due = Due { order_id, user_id, amount: total_amount, currency };
    Ok(answer_order(tx, &policy, &due).await?)
}
