//! A client asks for a payment directly, without the saga.

use saga_kit::Tx;

use crate::payments::domain::{Due, Payment};
use crate::payments::{PaymentError, PaymentPolicy, store};

/// What came of it.
#[derive(Debug)]
pub enum Created {
    /// The payment was made now.
    New(Payment),
    /// The order had this very payment already.
    Existing(Payment),
}

/// Makes the payment, or finds the one that the order has. It emits nothing: the saga is told when it adopts it.
pub async fn create_payment(tx: &mut Tx, policy: &PaymentPolicy, due: &Due) -> Result<Created, PaymentError> {
    if let Some(payment) = store::lock_of_order(tx, due.order_id).await? {
        return existing(payment, due);
    }
    if let Some(reason) = policy.refusal(due) {
        return Err(PaymentError::PolicyRefused(reason));
    }
    let now = tx.now();
    let Some(payment) = store::insert(tx, due, None, (now, policy.expires_at(now))).await? else {
        // Somebody else made it since the look above, and has committed by now.
        let payment = store::lock_of_order(tx, due.order_id).await?.ok_or(sqlx::Error::RowNotFound)?;
        return existing(payment, due);
    };
    // After the insert, not before: a cancellation that runs at the same time looks for the payment after it
    // wrote the refusal, so that one of the two sees the other.
    if store::lock_refusal(tx, due.order_id).await?.is_some() {
        return Err(PaymentError::OrderRefused { order_id: due.order_id });
    }
    Ok(Created::New(payment))
}

fn existing(payment: Payment, due: &Due) -> Result<Created, PaymentError> {
    if payment.pays(due) {
        Ok(Created::Existing(payment))
    } else {
        Err(PaymentError::Different { order_id: due.order_id, payment_id: payment.id })
    }
}
