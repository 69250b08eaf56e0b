//! The inbox: the ids of the events whose effects are committed, one set a consumer.
//!
//! A handler's effects and its inbox row commit together, so an event that comes again (a broker's duplicate, a
//! rebalance, a relay that was killed between acknowledgement and delete) finds its row and is skipped.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{MySqlConnection, MySqlPool, QueryBuilder};
use uuid::Uuid;

use crate::rows::in_runs;

/// Rows that one statement of the retention job deletes at most, so that it never holds many locks.
const PURGE_CHUNK: u64 = 1_000;

/// Claims the events for the caller's transaction and tells which of them are new.
///
/// The insert comes first and is the check: a look before it would let two transactions see the same gap. When a
/// second consumer holds the same events in an open transaction, this waits for its end, which keeps the order of
/// a partition through a rebalance: whoever comes later passes through the same events first.
pub(crate) async fn claim(
    connection: &mut MySqlConnection,
    consumer: &str,
    event_ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let mut fresh: Vec<Uuid> = event_ids.to_vec();
    fresh.sort_unstable();
    fresh.dedup();
    let mut claimed = HashSet::with_capacity(fresh.len());
    for run in in_runs(&fresh) {
        match insert(connection, consumer, run, now).await {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                // The server has undone the whole statement; only the rows that are missing go in now.
                let known = known(connection, consumer, run).await?;
                let missing: Vec<Uuid> = run.iter().copied().filter(|id| !known.contains(id)).collect();
                for run in in_runs(&missing) {
                    insert(connection, consumer, run, now).await?;
                }
                claimed.extend(missing);
            }
            inserted => {
                inserted?;
                claimed.extend(run);
            }
        }
    }
    Ok(claimed)
}

async fn insert(
    connection: &mut MySqlConnection,
    consumer: &str,
    event_ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if event_ids.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::new("INSERT INTO inbox (consumer, event_id, processed_at) ");
    insert.push_values(event_ids, |mut row, id| {
        row.push_bind(consumer.to_owned()).push_bind(*id).push_bind(now.naive_utc());
    });
    insert.build().execute(connection).await?;
    Ok(())
}

async fn known(
    connection: &mut MySqlConnection,
    consumer: &str,
    event_ids: &[Uuid],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let mut select = QueryBuilder::new("SELECT event_id FROM inbox WHERE consumer = ");
    select.push_bind(consumer.to_owned()).push(" AND event_id IN (");
    let mut ids = select.separated(", ");
    for id in event_ids {
        ids.push_bind(*id);
    }
    select.push(")");
    let rows: Vec<Uuid> = select.build_query_scalar().persistent(false).fetch_all(connection).await?;
    Ok(rows.into_iter().collect())
}

/// Forgets what is older than `retention`, a chunk a statement, and tells how many rows that was.
///
/// # Errors
/// The database's; what was deleted before stays deleted.
pub async fn purge(pool: &MySqlPool, now: DateTime<Utc>, retention: Duration) -> Result<u64, sqlx::Error> {
    let before = now - retention;
    let mut purged = 0;
    loop {
        let rows = sqlx::query!(
            "DELETE FROM inbox WHERE processed_at < ? ORDER BY processed_at LIMIT ?",
            before.naive_utc(),
            PURGE_CHUNK
        )
        .execute(pool)
        .await?
        .rows_affected();
        purged += rows;
        if rows < PURGE_CHUNK {
            return Ok(purged);
        }
    }
}
