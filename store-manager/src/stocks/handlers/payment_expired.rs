//! Nobody paid in time: the order's stock goes back.

use saga_kit::{Handled, Tx};
use shared_events::PaymentExpired;

use crate::stocks::commands::give_back;

/// Gives back what was taken.
pub async fn payment_expired(tx: &mut Tx, event: PaymentExpired) -> Handled {
    give_back::<PaymentExpired>(tx, event.order_id, "nobody paid in time".to_owned()).await
}
