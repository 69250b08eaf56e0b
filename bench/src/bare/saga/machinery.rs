//! What saga-kit does in each transaction of a handler, and the relay after it.

use anyhow::Result;
use chrono::Utc;
use saga_kit::rows::in_runs;
use sqlx::{MySqlConnection, MySqlPool, QueryBuilder};

use super::told::{Payloads, Told};
use crate::bare::transaction::TOPIC;

/// So many rows in a row are deleted as a range.
const MIN_RANGE: usize = 8;

/// The inbox rows of a batch, and the look whether anything is parked.
pub(super) async fn open(connection: &mut MySqlConnection, consumer: &str, batch: &[Told]) -> Result<()> {
    let now = Utc::now().naive_utc();
    let mut ids: Vec<_> = batch.iter().map(|told| told.event_id).collect();
    ids.sort_unstable();
    for run in in_runs(&ids) {
        let mut insert = QueryBuilder::new("INSERT INTO inbox (consumer, event_id, processed_at) ");
        insert.push_values(run, |mut row, id| {
            row.push_bind(consumer.to_owned()).push_bind(*id).push_bind(now);
        });
        insert.build().execute(&mut *connection).await?;
    }
    let any_parked = sqlx::query("SELECT EXISTS(SELECT 1 FROM parked_events WHERE consumer = ?)");
    any_parked.bind(consumer).fetch_one(connection).await?;
    Ok(())
}

/// The outbox rows of a transaction; gives each its id. A statement's rows have ids that follow each other.
pub(in crate::bare) async fn emit(
    connection: &mut MySqlConnection,
    payloads: &Payloads,
    told: &mut [Told],
) -> Result<()> {
    let now = Utc::now().naive_utc();
    let mut ids = Vec::with_capacity(told.len());
    for run in in_runs(told) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, headers, payload) ",
        );
        insert.push_values(run, |mut row, told| {
            row.push_bind(TOPIC)
                .push_bind(told.order_id.to_string())
                .push_bind(told.event_id)
                .push_bind(told.kind.name())
                .push_bind(now)
                .push_bind(None::<Vec<u8>>)
                .push_bind(payloads.of(told.kind).0);
        });
        let first = insert.build().execute(&mut *connection).await?.last_insert_id();
        ids.extend((first..).take(run.len()));
    }
    for (told, id) in told.iter_mut().zip(ids) {
        told.outbox_id = id;
    }
    Ok(())
}

/// Deletes what the broker would have acknowledged.
pub(super) async fn delete(pool: &MySqlPool, ids: &mut [u64]) -> Result<()> {
    ids.sort_unstable();
    let mut scattered = Vec::new();
    for run in ids.chunk_by(|one, next| one + 1 == *next) {
        match run {
            [first, .., last] if run.len() >= MIN_RANGE => {
                let delete = sqlx::query("DELETE FROM outbox WHERE id BETWEEN ? AND ?").bind(first).bind(last);
                delete.execute(pool).await?;
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
        delete.build().execute(pool).await?;
    }
    Ok(())
}
