//! Nobody paid in time.

use saga_kit::Tx;

use crate::payments::domain::{PaymentCommand, Transition, transition};
use crate::payments::{PaymentError, store};

/// Payments that one transaction closes at most, so that it holds few locks and not for long.
pub const EXPIRY_BATCH: u32 = 100;

/// Closes up to `limit` overdue payments and tells their orders; answers how many it took.
///
/// Each expiry is the beginning of a saga of its own, because the order's first saga has ended with the link.
/// A payment that no saga has adopted expires without a word.
pub async fn expire_payments(tx: &mut Tx, limit: u32) -> Result<usize, PaymentError> {
    let now = tx.now();
    let overdue = store::lock_overdue(tx, now, limit).await?;
    let count = overdue.len();
    for mut payment in overdue {
        // What was selected is open or declined, which both lead to expired.
        let Transition::Applied(status) = transition(payment.status, PaymentCommand::Expire) else { continue };
        payment.status = status;
        store::save(tx, &payment).await?;
        if payment.correlation_id.is_some() {
            tx.new_saga();
            tx.emit(&payment.expired())?;
        }
    }
    Ok(count)
}
