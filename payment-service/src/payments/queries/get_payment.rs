//! One payment.

use shared_events::PaymentId;
use sqlx::MySqlConnection;

use crate::payments::domain::Payment;
use crate::payments::{PaymentError, store};

/// The payment of this id.
pub async fn get_payment(connection: &mut MySqlConnection, payment_id: PaymentId) -> Result<Payment, PaymentError> {
    store::find(connection, payment_id).await?.ok_or(PaymentError::NotFound { payment_id })
}
