//! The outbox: events written in the transaction that changes the data.
//!
//! A row leaves the table when the broker acknowledged it, so the table holds what is unsent and nothing else.
//! Whoever emits for an aggregate holds that aggregate's row lock, so that ids rise in commit order within one
//! aggregate; the relay relies on it. Sending is the relay's; when a transaction ends is its owner's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::rows::in_runs;

/// The largest encoded event, in bytes. It is refused when it is emitted, because a message that the broker
/// refuses later would stop its order for good. Kafka's own default limit is 1 MiB.
pub const MAX_EVENT_BYTES: usize = 512 * 1024;

/// Why an event was not taken.
/// ```
/// let refused = saga_kit::EmitError::TooLarge { event_type: "OrderCreated".to_owned(), bytes: 600_000 };
/// assert_eq!(refused.to_string(), "OrderCreated is 600000 bytes, over the limit of 524288");
/// ```
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// Over [`MAX_EVENT_BYTES`].
    #[error("{event_type} is {bytes} bytes, over the limit of {MAX_EVENT_BYTES}")]
    TooLarge {
        /// The event's type.
        event_type: String,
        /// Its encoded size.
        bytes: usize,
    },
    /// It could not be encoded as JSON.
    #[error("{event_type} cannot be encoded")]
    Encode {
        /// The event's type.
        event_type: String,
        /// The encoder's error.
        source: serde_json::Error,
    },
}

/// One message to be, as the table holds it without its id.
#[derive(Debug, Clone)]
pub(crate) struct NewMessage {
    /// The topic's full name, prefix included.
    pub topic: String,
    /// The Kafka key; messages of one key keep their order.
    pub key: String,
    /// The event's id, also `ce_id`.
    pub event_id: Uuid,
    /// The event's type, also `ce_type`.
    pub event_type: String,
    /// When it happened, also `ce_time`.
    pub occurred_at: DateTime<Utc>,
    /// Further Kafka headers as a JSON object of strings.
    pub headers: Option<Vec<u8>>,
    /// The message's bytes, passed on unread.
    pub payload: Vec<u8>,
}

/// Writes messages in the caller's transaction, in order, many with one statement.
pub(crate) async fn insert(connection: &mut MySqlConnection, messages: &[NewMessage]) -> Result<(), sqlx::Error> {
    for run in in_runs(messages) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, headers, payload) ",
        );
        insert.push_values(run, |mut row, message| {
            row.push_bind(&message.topic)
                .push_bind(&message.key)
                .push_bind(message.event_id)
                .push_bind(&message.event_type)
                .push_bind(message.occurred_at.naive_utc())
                .push_bind(&message.headers)
                .push_bind(&message.payload);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// The oldest event of each key among the oldest `rows` of the outbox, by its type.
pub async fn oldest(connection: &mut MySqlConnection, rows: u32) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let rows = sqlx::query!("SELECT event_key, event_type FROM outbox ORDER BY id LIMIT ?", rows);
    let rows = rows.fetch_all(connection).await?;
    // From the youngest to the oldest, so that of each key the oldest stays.
    Ok(rows.into_iter().rev().map(|row| (row.event_key, row.event_type)).collect())
}

/// How many messages wait to be acknowledged.
/// ```
/// async fn is_drained(tx: &mut saga_kit::Tx) -> Result<bool, sqlx::Error> {
///     Ok(saga_kit::outbox::depth(tx).await? == 0)
/// }
/// ```
pub async fn depth(connection: &mut MySqlConnection) -> Result<u64, sqlx::Error> {
    let rows = sqlx::query_scalar!("SELECT COUNT(*) FROM outbox").fetch_one(connection).await?;
    Ok(u64::try_from(rows).unwrap_or(0))
}
