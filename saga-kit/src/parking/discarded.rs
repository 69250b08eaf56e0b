//! Giving a parked event up for good, with a reason; and what was given up.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::MySqlPool;
use uuid::Uuid;

use crate::transaction::Transactions;

/// An event that was given up, as an operator sees it.
#[derive(Debug, Clone, Serialize)]
pub struct DiscardedEvent {
    /// The id that it had while it was parked.
    pub id: u64,
    /// The Kafka key, as text; what was no UTF-8 is replaced.
    pub event_key: String,
    /// The event's id; of bytes that are no envelope, one derived from them and their place.
    pub event_id: Uuid,
    /// The event's type, when it could be read.
    pub event_type: Option<String>,
    /// Why it was parked.
    pub error: String,
    /// Why it was given up.
    pub reason: String,
    /// When it was given up.
    pub discarded_at: DateTime<Utc>,
}

/// Gives one event up for good, with the reason; it is kept, with its bytes, in `discarded_events`. The events
/// behind it stay parked until they are replayed. False when there is no such event.
/// ```
/// use saga_kit::parking::{self, DiscardedEvent};
/// use saga_kit::{BoxError, Transactions};
///
/// async fn give_up(transactions: &Transactions, id: u64) -> Result<Vec<DiscardedEvent>, BoxError> {
///     parking::discard(transactions, id, "sent by mistake").await?;
///     Ok(parking::list_discarded(transactions.pool(), 0, 100).await?)
/// }
/// ```
pub async fn discard(transactions: &Transactions, id: u64, reason: &str) -> Result<bool, sqlx::Error> {
    let mut tx = transactions.begin().await?;
    let now = tx.now().naive_utc();
    let kept = sqlx::query!(
        "INSERT INTO discarded_events (id, consumer, event_key, event_id, event_type, error, payload, reason, discarded_at) \
         SELECT id, consumer, event_key, event_id, event_type, error, payload, ?, ? FROM parked_events WHERE id = ? FOR UPDATE",
        reason,
        now,
        id
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if kept == 0 {
        return Ok(false);
    }
    sqlx::query!("DELETE FROM parked_events WHERE id = ?", id).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Discarded events in the order of their parking, at most `limit`, those with an id above `after`.
pub async fn list_discarded(pool: &MySqlPool, after: u64, limit: u32) -> Result<Vec<DiscardedEvent>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, event_key, event_id AS `event_id: Uuid`, event_type, error, reason, discarded_at \
         FROM discarded_events WHERE id > ? ORDER BY id LIMIT ?",
        after,
        limit
    )
    .fetch_all(pool)
    .await?;
    let shown = rows.into_iter().map(|row| DiscardedEvent {
        id: row.id,
        event_key: String::from_utf8_lossy(&row.event_key).into_owned(),
        event_id: row.event_id,
        event_type: row.event_type,
        error: row.error,
        reason: row.reason,
        discarded_at: row.discarded_at.and_utc(),
    });
    Ok(shown.collect())
}
