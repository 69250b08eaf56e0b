//! Waiting until a store is at rest, so that nothing is called wrong that is only under way.

use std::time::Duration;

use sqlx::MySqlPool;
use tokio::time::Instant;

use crate::audit;
use crate::verdict::Verdict;

/// How often a store at work is looked at, at most.
const POLL: Duration = Duration::from_millis(25);

/// Runs the audit once the store is at rest: no saga is under way and both outboxes are empty. What then still
/// looks wrong, and may be so only because an event is on its way between the broker and a service, is looked at
/// again. When `patience` has passed, the verdict is what it is, and its lines say what was waited for.
///
/// # Errors
/// The database's, as for [`audit`].
pub async fn audit_when_settled(
    store: &MySqlPool,
    payments: &MySqlPool,
    patience: Duration,
) -> Result<Verdict, sqlx::Error> {
    let end = Instant::now() + patience;
    loop {
        let looked = Instant::now();
        let last = looked >= end;
        if last || is_settled(store, payments).await? {
            let verdict = audit(store, payments).await?;
            if last || verdict.is_clean() || !verdict.may_pass() {
                return Ok(verdict);
            }
        }
        // As long as it took to look: the audit of a large store must not keep its servers busy.
        tokio::time::sleep(POLL.max(looked.elapsed())).await;
    }
}

async fn is_settled(store: &MySqlPool, payments: &MySqlPool) -> Result<bool, sqlx::Error> {
    let store_busy = "SELECT EXISTS(SELECT 1 FROM outbox) OR EXISTS(SELECT 1 FROM orders WHERE saga_ended_at IS NULL)";
    let payments_busy = "SELECT EXISTS(SELECT 1 FROM outbox)";
    for (database, busy) in [(store, store_busy), (payments, payments_busy)] {
        let busy: bool = sqlx::query_scalar(busy).fetch_one(database).await?;
        if busy {
            return Ok(false);
        }
    }
    Ok(true)
}
