//! A payment went back to the customer: the order's stock goes back.

use saga_kit::{Handled, Tx};
use shared_events::PaymentRefunded;

use crate::stocks::commands::give_back;

/// Gives back what was taken.
pub async fn payment_refunded(tx: &mut Tx, event: PaymentRefunded) -> Handled {
    give_back::<PaymentRefunded>(tx, event.order_id, "the payment was refunded".to_owned()).await
}
