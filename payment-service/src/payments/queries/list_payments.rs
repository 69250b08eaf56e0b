//! A page of payments.

use service_kit::{List, Page};
use shared_events::OrderId;
use sqlx::MySqlConnection;

use crate::payments::domain::Payment;
use crate::payments::{PaymentError, store};

/// Payments in order of id; of one order, if one is given.
pub async fn list_payments(
    connection: &mut MySqlConnection,
    order_id: Option<OrderId>,
    page: &Page,
) -> Result<List<Payment>, PaymentError> {
    let payments = store::list(connection, order_id, page.after(), page.rows()).await?;
    Ok(page.list(payments, |payment| payment.id))
}
