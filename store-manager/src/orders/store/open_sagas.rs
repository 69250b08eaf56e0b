//! Reading sagas that have not ended, and noting those of which the log has told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use saga_kit::rows::{self, in_runs};
use shared_events::OrderId;
use sqlx::{MySqlConnection, QueryBuilder, query};
use uuid::Uuid;

use crate::orders::queries::OverdueSaga;

/// An event of an order's timeline, without what it says.
#[derive(Debug)]
pub(crate) struct SeenEvent {
    pub(crate) event_type: String,
    pub(crate) correlation_id: Uuid,
    pub(crate) recorded_at: DateTime<Utc>,
}

/// What the timelines of these orders have seen, each in its order.
pub(crate) async fn seen_by_timelines(
    connection: &mut MySqlConnection,
    order_ids: &[OrderId],
) -> Result<BTreeMap<OrderId, Vec<SeenEvent>>, sqlx::Error> {
    let rows = query!(
        r#"SELECT wanted.id AS "order_id!: u64", events.event_type,
                  events.correlation_id AS "correlation_id: Uuid", events.recorded_at AS "recorded_at: DateTime<Utc>"
           FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
           STRAIGHT_JOIN saga_events AS events
             ON events.aggregate_id = CAST(wanted.id AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin
           ORDER BY events.id"#,
        rows::json(order_ids)?
    )
    .fetch_all(connection)
    .await?;
    let mut seen: BTreeMap<OrderId, Vec<SeenEvent>> = BTreeMap::new();
    for row in rows {
        let event =
            SeenEvent { event_type: row.event_type, correlation_id: row.correlation_id, recorded_at: row.recorded_at };
        seen.entry(row.order_id).or_default().push(event);
    }
    Ok(seen)
}

/// Orders whose saga has not ended, counted up to `limit`. All states are named, because the index begins with them.
pub(crate) async fn count_open_sagas(connection: &mut MySqlConnection, limit: u32) -> Result<u32, sqlx::Error> {
    let count = sqlx::query_scalar!(
        "SELECT COUNT(*) FROM (
             SELECT id FROM orders FORCE INDEX (orders_by_status)
             WHERE status IN ('decreasing_stock', 'creating_payment', 'awaiting_payment', 'payment_declined', 'paid',
                              'cancellation_requested', 'cancelling_order', 'cancelled')
               AND saga_ended_at IS NULL LIMIT ?) AS running",
        limit
    )
    .fetch_one(connection)
    .await?;
    Ok(u32::try_from(count).unwrap_or(limit))
}

/// The sagas of which the log has told that they are overdue, with their orders.
pub(crate) async fn noticed_overdue(connection: &mut MySqlConnection) -> Result<BTreeMap<Uuid, OrderId>, sqlx::Error> {
    let rows = query!(r#"SELECT correlation_id AS "correlation_id: Uuid", order_id FROM overdue_sagas"#)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.correlation_id, row.order_id)).collect())
}

/// Notes that the log has told of these.
pub(crate) async fn note_overdue(
    connection: &mut MySqlConnection,
    sagas: &[OverdueSaga],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    for run in in_runs(sagas) {
        let mut insert = QueryBuilder::new("INSERT INTO overdue_sagas (correlation_id, order_id, noticed_at) ");
        insert.push_values(run, |mut row, saga| {
            row.push_bind(saga.correlation_id).push_bind(saga.order_id).push_bind(now);
        });
        insert.push(" ON DUPLICATE KEY UPDATE order_id = VALUES(order_id)");
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Forgets sagas that are overdue no more.
pub(crate) async fn forget_overdue(connection: &mut MySqlConnection, sagas: Vec<Uuid>) -> Result<(), sqlx::Error> {
    for run in in_runs(&sagas) {
        let mut delete = QueryBuilder::new("DELETE FROM overdue_sagas WHERE correlation_id IN (");
        let mut list = delete.separated(", ");
        for saga in run {
            list.push_bind(*saga);
        }
        delete.push(")");
        delete.build().execute(&mut *connection).await?;
    }
    Ok(())
}
