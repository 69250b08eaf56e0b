//! There is no payment for an order: its stock goes back.

use saga_kit::{Handled, Tx};
use shared_events::{PaymentCreationFailed, PaymentRefusal};

use crate::stocks::commands::give_back;

/// Gives back what was taken, and passes on why.
pub async fn payment_creation_failed(tx: &mut Tx, event: PaymentCreationFailed) -> Handled {
    let reason = match event.reason {
        PaymentRefusal::AmountAboveCeiling { ceiling } => {
            format!("the total is above the payments' ceiling of {ceiling}")
        }
        PaymentRefusal::UserBlocked { user_id } => format!("user {user_id} may not pay"),
        PaymentRefusal::OrderCancelled => "the order was cancelled before its payment was made".to_owned(),
        PaymentRefusal::AmountMismatch { payment_id } => {
            format!("payment {payment_id} was made for the order before, with another amount or user")
        }
    };
    give_back::<PaymentCreationFailed>(tx, event.order_id, reason).await
}
