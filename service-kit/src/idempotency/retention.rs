//! How long keys are remembered, and the job that forgets them.

use std::time::Duration;

use saga_kit::Transactions;
use saga_kit::jobs::Jobs;

use super::store;

/// How long a key is remembered. A client that comes later creates anew, so it must have given up long before.
pub const RETENTION: Duration = Duration::from_hours(24);
/// When old keys are forgotten: every ten minutes, at an odd second.
const CRON: &str = "43 */10 * * * *";

/// Adds the job that forgets old keys to those of a service.
pub async fn schedule(jobs: &Jobs) -> anyhow::Result<()> {
    let forget = |transactions: Transactions| async move {
        let forgotten = store::forget(transactions.pool(), transactions.clock().now() - RETENTION).await?;
        if forgotten > 0 {
            tracing::info!(forgotten, "old idempotency keys are forgotten");
        }
        Ok(())
    };
    jobs.add("idempotency-retention", CRON, forget).await?;
    Ok(())
}
