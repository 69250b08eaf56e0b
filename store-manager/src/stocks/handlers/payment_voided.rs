//! An unpaid payment will not be paid any more: the order's stock goes back.

use saga_kit::{Handled, Tx};
use shared_events::PaymentVoided;

use crate::stocks::commands::give_back;

/// Gives back what was taken.
pub async fn payment_voided(tx: &mut Tx, event: PaymentVoided) -> Handled {
    give_back::<PaymentVoided>(tx, event.order_id, "the payment was voided".to_owned()).await
}
