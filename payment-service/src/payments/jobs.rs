//! What happens to payments by the clock. When it is due, and that one instance does it, is saga-kit's.

use saga_kit::{BoxError, Transactions};
use service_kit::transactional;

use super::commands::{EXPIRY_BATCH, expire_payments};

/// Closes all overdue payments, a bounded batch a transaction.
pub async fn expire_overdue(transactions: Transactions) -> Result<(), BoxError> {
    loop {
        let expired = transactional(&transactions, expire_payments, (EXPIRY_BATCH,)).await?;
        if expired > 0 {
            tracing::info!(expired, "payments expired");
        }
        if expired < EXPIRY_BATCH as usize {
            return Ok(());
        }
    }
}
