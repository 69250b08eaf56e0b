//! Reading the outbox, and deleting from it what the broker acknowledged. Plain reads, no locks.

use std::sync::Arc;

use chrono::NaiveDateTime;
use sqlx::pool::PoolConnection;
use sqlx::{MySql, MySqlConnection, MySqlPool, QueryBuilder};
use uuid::Uuid;

use super::seen::Run;
use crate::kept::Kept;
use crate::mutation::{self, Mutation};
use crate::rows::in_runs;
use crate::transaction::Committed;

/// Rows in one read at most.
pub(super) const READ_LIMIT: usize = 1_000;

/// Ids without a gap that are worth a statement of their own.
const MIN_RANGE: usize = 8;

/// A message as the table holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OutboxRow {
    pub id: u64,
    pub topic: String,
    pub event_key: String,
    pub event_id: Uuid,
    pub event_type: String,
    pub occurred_at: NaiveDateTime,
    pub headers: Option<Vec<u8>>,
    pub payload: Vec<u8>,
}

/// The connections of one session: one reads, one deletes.
pub(super) struct Connections {
    pool: MySqlPool,
    kept: Kept<PoolConnection<MySql>>,
}

impl Connections {
    pub fn new(pool: MySqlPool) -> Self {
        Self { pool, kept: Kept::new(2) }
    }

    async fn take(&self) -> Result<PoolConnection<MySql>, sqlx::Error> {
        match self.kept.take() {
            Some(connection) => Ok(connection),
            None => self.pool.acquire().await,
        }
    }
}

/// Where a read begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    /// Behind an id; 0 is below all.
    Behind(u64),
    /// Behind a run, unless there is a row below it: then at the lowest id.
    BehindUnlessBelow(Run),
}

/// The oldest rows from there on, in order of id, once they are on the server's disk.
pub(super) async fn read(
    connections: Arc<Connections>,
    start: Start,
    committed: Arc<Committed>,
) -> Result<Vec<OutboxRow>, sqlx::Error> {
    macro_rules! rows {
        ($start:tt, $($bound:expr),+) => {
            sqlx::query_as!(
                OutboxRow,
                "SELECT id, topic, event_key, event_id AS `event_id: Uuid`, event_type, occurred_at, headers, payload \
                 FROM outbox WHERE id > " + $start + " ORDER BY id LIMIT ?",
                $($bound,)+
                READ_LIMIT as u64
            )
        };
    }
    let mut connection = connections.take().await?;
    let rows = match start {
        Start::Behind(id) => rows!("?", id).fetch_all(&mut *connection).await?,
        // The greatest id below is looked up downwards, away from the rows that were deleted; a search for any row
        // below would go upwards through all of them.
        Start::BehindUnlessBelow(run) => {
            rows!("IF((SELECT MAX(id) FROM outbox WHERE id < ?) IS NULL, ?, 0)", run.first, run.last)
                .fetch_all(&mut *connection)
                .await?
        }
    };
    if !committed.has_all(rows.iter().map(|row| (row.topic.as_str(), row.event_id))) {
        outlive_a_crash(&mut connection).await?;
    }
    connections.kept.put(connection);
    if mutation::is_on(Mutation::DeleteBeforeAcknowledgement) {
        delete(connections, rows.iter().map(|row| row.id).collect()).await?;
    }
    Ok(rows)
}

/// Waits until what was read can no longer be lost.
///
/// A server without a binary log shows a commit to others a moment before it has written it to its disk. Were it
/// killed in that moment, its order would be gone and its event sent; with the next order of that number behind it.
/// The redo log is one sequence: what is committed here, however little, is on the disk only after all that was
/// visible before. It changes the lease by a millionth of a second, because a commit without a change waits for
/// nothing; and orders' commits at the same time share its write. Without a lease there was no change and no wait:
/// [`sqlx::Error::RowNotFound`], for another instance has taken it and given it up.
async fn outlive_a_crash(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
    let wait = sqlx::query!("UPDATE relay_lease SET expires_at = expires_at + INTERVAL 1 MICROSECOND");
    let waited = wait.execute(connection).await?;
    if waited.rows_affected() == 0 { Err(sqlx::Error::RowNotFound) } else { Ok(()) }
}

/// Deletes rows by id. Deleting one that is gone already is no error: another relay sent it too.
///
/// Ids that follow each other without a gap go by their first and last, which is what nearly all of a backlog does:
/// between the two there is no id that was not acknowledged. A gap might be an event that is yet to be committed.
pub(super) async fn delete(connections: Arc<Connections>, mut ids: Vec<u64>) -> Result<Vec<u64>, sqlx::Error> {
    let mut connection = connections.take().await?;
    ids.sort_unstable();
    let mut scattered = Vec::new();
    for run in ids.chunk_by(|one, next| one + 1 == *next) {
        match run {
            [first, .., last] if run.len() >= MIN_RANGE => {
                sqlx::query!("DELETE FROM outbox WHERE id BETWEEN ? AND ?", first, last)
                    .execute(&mut *connection)
                    .await?;
            }
            _ => scattered.extend_from_slice(run),
        }
    }
    for run in in_runs(&scattered) {
        let mut delete = QueryBuilder::new("DELETE FROM outbox WHERE id IN (");
        let mut list = delete.separated(", ");
        for id in run {
            list.push_bind(*id);
        }
        delete.push(")");
        delete.build().execute(&mut *connection).await?;
    }
    connections.kept.put(connection);
    Ok(ids)
}
