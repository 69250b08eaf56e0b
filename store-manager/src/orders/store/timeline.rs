//! The timeline of orders: what the topic showed, kept as it came.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use saga_kit::rows::in_runs;
use serde::Serialize;
use serde_json::value::RawValue;
use shared_events::{Envelope, OrderId};
use sqlx::{MySqlConnection, QueryBuilder, query};
use utoipa::ToSchema;
use uuid::Uuid;

/// An event that the timeline has seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedEvent {
    /// Its id.
    pub event_id: Uuid,
    /// What happened.
    pub event_type: String,
    /// Who said so.
    pub service_name: String,
    /// When it happened, by that service's clock.
    pub occurred_at: DateTime<Utc>,
    /// When it came around, by this service's clock.
    pub recorded_at: DateTime<Utc>,
    /// The saga it belongs to.
    pub correlation_id: Uuid,
    /// The event that caused it; none where a request did.
    pub causation_id: Option<Uuid>,
    /// What it says.
    #[schema(value_type = Object)]
    pub data: Box<RawValue>,
}

/// Adds events in the order in which they came, many with one statement. One that is there already stays
/// as it is: a topic that is read again adds nothing.
pub(crate) async fn record_events(
    connection: &mut MySqlConnection,
    events: &[Arc<Envelope>],
    recorded_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    for run in in_runs(events) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO saga_events (event_id, event_type, aggregate_id, correlation_id, causation_id, service_name, \
             occurred_at, recorded_at, data) ",
        );
        insert.push_values(run, |mut row, event| {
            row.push_bind(event.event_id)
                .push_bind(&event.event_type)
                .push_bind(&event.aggregate_id)
                .push_bind(event.correlation_id)
                .push_bind(event.causation_id)
                .push_bind(&event.service_name)
                .push_bind(event.timestamp)
                .push_bind(recorded_at)
                .push_bind(event.data.get());
        });
        // IGNORE would pass over other errors too, such as a value that is too long.
        insert.push(" ON DUPLICATE KEY UPDATE event_id = VALUES(event_id)");
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// What the timeline has of an order, in the order in which it came.
pub(crate) async fn timeline_of(
    connection: &mut MySqlConnection,
    order_id: OrderId,
) -> Result<Vec<RecordedEvent>, sqlx::Error> {
    let rows = query!(
        r#"SELECT event_id AS "event_id: Uuid", event_type, service_name, data,
                  occurred_at AS "occurred_at: DateTime<Utc>", recorded_at AS "recorded_at: DateTime<Utc>",
                  correlation_id AS "correlation_id: Uuid", causation_id AS "causation_id: Uuid"
           FROM saga_events WHERE aggregate_id = ? ORDER BY id"#,
        order_id.to_string()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RecordedEvent {
                event_id: row.event_id,
                event_type: row.event_type,
                service_name: row.service_name,
                occurred_at: row.occurred_at,
                recorded_at: row.recorded_at,
                correlation_id: row.correlation_id,
                causation_id: row.causation_id,
                data: RawValue::from_string(row.data).map_err(|error| sqlx::Error::Decode(error.into()))?,
            })
        })
        .collect()
}
