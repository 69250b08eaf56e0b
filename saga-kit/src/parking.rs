//! Parked events: what could not be handled, and what came after it with the same key.
//!
//! Parking stops one key and nothing else. The order of a key is kept: its later events queue behind, a replay
//! goes oldest first, and a consumer that finds rows of a key waits for whoever is working on them. A copy of each
//! goes to the dead letter topic `<service>.dlq`, through the outbox, in the same transaction.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{MySqlConnection, MySqlPool, QueryBuilder};
use uuid::Uuid;

use crate::consumer::message::Message;
use crate::outbox::{MAX_EVENT_BYTES, NewMessage};
use crate::transaction::{Transactions, Tx};

mod discarded;
mod oldest;
mod replay;

pub use discarded::{DiscardedEvent, discard, list_discarded};
pub use oldest::oldest_of;
pub use replay::{Replayed, replay};

/// The longest error text that is kept, in characters.
const MAX_ERROR_CHARS: usize = 8_000;

/// The longest type that is kept, in characters; what names no event may be any text.
const MAX_TYPE_CHARS: usize = 255;

/// How much of the error goes into a header of the copy, in characters.
const MAX_HEADER_CHARS: usize = 1_000;

/// Why an event is parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It cannot be read: not an envelope, or of a type that nobody knows.
    Unreadable,
    /// Its handler failed and would fail again.
    Failed,
    /// An earlier event of its key is parked.
    Behind,
}

impl Cause {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Unreadable, Self::Failed, Self::Behind];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
            Self::Behind => "behind",
        }
    }
}

/// A parked event as an operator sees it.
/// ```
/// use saga_kit::parking::{self, ParkedEvent};
///
/// /// The oldest, with its bytes, its key and how many there are of each cause.
/// async fn look(pool: &sqlx::MySqlPool) -> Result<(), sqlx::Error> {
///     println!("{:?} by cause", parking::count(pool).await?);
///     for ParkedEvent { id, error, .. } in parking::list(pool, 0, 1).await? {
///         let (bytes, key) = (parking::show(pool, id).await?, parking::key_of(pool, id).await?);
///         println!("{id}: {error}: {bytes:?} of {key:?}");
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct ParkedEvent {
    /// Rises in the order of parking.
    pub id: u64,
    /// The Kafka key, as text; what was no UTF-8 is replaced.
    pub event_key: String,
    /// The event's id; of bytes that are no envelope, one derived from them and their place.
    pub event_id: Uuid,
    /// The event's type, when it could be read.
    pub event_type: Option<String>,
    /// Where it was read.
    pub topic: String,
    /// The partition it was read from.
    pub kafka_partition: i32,
    /// Its offset there.
    pub kafka_offset: i64,
    /// `unreadable`, `failed` or `behind`.
    pub cause: String,
    /// The chain of errors.
    pub error: String,
    /// When it was parked.
    pub parked_at: DateTime<Utc>,
}

/// Parked events in order, at most `limit`, those with an id above `after`.
pub async fn list(pool: &MySqlPool, after: u64, limit: u32) -> Result<Vec<ParkedEvent>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, event_key, event_id, event_type, topic, kafka_partition, kafka_offset, cause, error, parked_at \
         FROM parked_events WHERE id > ? ORDER BY id LIMIT ?",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(ParkedEvent::from).collect())
}

/// The columns of [`ParkedEvent`]. The key becomes text here, because the servers differ in what they make of bytes
/// that are none: MariaDB gives question marks, MySQL may give nothing.
type Row = (u64, Vec<u8>, Uuid, Option<String>, String, i32, i64, String, String, DateTime<Utc>);

impl From<Row> for ParkedEvent {
    fn from(row: Row) -> Self {
        let (id, key, event_id, event_type, topic, kafka_partition, kafka_offset, cause, error, parked_at) = row;
        let event_key = String::from_utf8_lossy(&key).into_owned();
        Self { id, event_key, event_id, event_type, topic, kafka_partition, kafka_offset, cause, error, parked_at }
    }
}

/// How many events are parked, by cause (`unreadable`, `failed`, `behind`).
pub async fn count(pool: &MySqlPool) -> Result<BTreeMap<String, u64>, sqlx::Error> {
    let rows =
        sqlx::query!("SELECT cause, COUNT(*) AS parked FROM parked_events GROUP BY cause").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.cause, u64::try_from(row.parked).unwrap_or(0))).collect())
}

/// One parked event and its bytes as they came.
pub async fn show(pool: &MySqlPool, id: u64) -> Result<Option<(ParkedEvent, Vec<u8>)>, sqlx::Error> {
    let Some(event) = list(pool, id.saturating_sub(1), 1).await?.into_iter().find(|event| event.id == id) else {
        return Ok(None);
    };
    let payload =
        sqlx::query_scalar!("SELECT payload FROM parked_events WHERE id = ?", id).fetch_optional(pool).await?;
    Ok(payload.map(|payload| (event, payload)))
}

/// The key of one parked event; nothing when there is no such event.
pub async fn key_of(pool: &MySqlPool, id: u64) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("SELECT event_key FROM parked_events WHERE id = ?", id).fetch_optional(pool).await
}

/// How many events of a key are parked.
pub async fn count_of(pool: &MySqlPool, key: &[u8]) -> Result<u64, sqlx::Error> {
    let parked = sqlx::query_scalar!("SELECT COUNT(*) FROM parked_events WHERE event_key = ?", key).fetch_one(pool);
    Ok(u64::try_from(parked.await?).unwrap_or(0))
}

/// Which of the keys have parked events.
///
/// A lock makes this wait for a replay of the same key, so that an event is never queued behind rows that are about to
/// be gone. It is taken on the keys alone that a plain look has found, each by itself: asked for many keys at once, the
/// server reads and locks all that the consumer has parked, and what is set aside would hold up every other key.
pub(crate) async fn parked_keys(
    connection: &mut MySqlConnection,
    consumer: &str,
    keys: &HashSet<&[u8]>,
) -> Result<HashSet<Vec<u8>>, sqlx::Error> {
    // Nearly always nothing is parked at all, which is a cheap question.
    let any =
        sqlx::query_scalar::<_, bool>("SELECT EXISTS(SELECT 1 FROM parked_events WHERE consumer = ?)").bind(consumer);
    if !any.fetch_one(&mut *connection).await? {
        return Ok(HashSet::new());
    }
    let mut select = QueryBuilder::new("SELECT DISTINCT event_key FROM parked_events WHERE consumer = ");
    select.push_bind(consumer.to_owned()).push(" AND event_key IN (");
    let mut list = select.separated(", ");
    // Some keys twice, so that there are eight statements in all, which the connection keeps prepared.
    for key in keys.iter().cycle().take(keys.len().next_power_of_two()) {
        list.push_bind(key.to_vec());
    }
    select.push(")");
    let found: Vec<Vec<u8>> = select.build_query_scalar().fetch_all(&mut *connection).await?;
    let mut parked = HashSet::with_capacity(found.len());
    for key in found {
        let oldest = "SELECT id FROM parked_events WHERE consumer = ? AND event_key = ? ORDER BY id LIMIT 1 FOR UPDATE";
        let oldest = sqlx::query_scalar::<_, u64>(oldest).bind(consumer).bind(&key);
        if oldest.fetch_optional(&mut *connection).await?.is_some() {
            parked.insert(key);
        }
    }
    Ok(parked)
}

/// Sets a message aside in the caller's transaction, with its copy for the dead letter topic.
pub(crate) async fn park(
    tx: &mut Tx,
    transactions: &Transactions,
    message: &Message,
    (cause, error): (Cause, &str),
) -> Result<(), sqlx::Error> {
    let consumer = transactions.service_name();
    let error = head(error, MAX_ERROR_CHARS);
    let event_type = message.event_type().map(|event_type| head(event_type, MAX_TYPE_CHARS));
    let now = tx.now();
    sqlx::query!(
        "INSERT INTO parked_events (consumer, event_key, event_id, event_type, topic, kafka_partition, kafka_offset, \
         cause, error, payload, parked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        consumer,
        message.key,
        message.event_id,
        event_type,
        message.topic,
        message.partition,
        message.offset,
        cause.as_str(),
        error,
        message.payload,
        now.naive_utc()
    )
    .execute(&mut **tx)
    .await?;
    tx.emit_raw(copy(transactions, message, cause, &error, now));
    Ok(())
}

/// The copy for the dead letter topic. It is cut to what the broker takes, because a message that the broker refuses
/// would stay in the outbox for good; the whole is in `parked_events`.
fn copy(transactions: &Transactions, message: &Message, cause: Cause, error: &str, now: DateTime<Utc>) -> NewMessage {
    let place = format!("{}/{}/{}", message.topic, message.partition, message.offset);
    let headers = serde_json::json!({
        "parked_cause": cause.as_str(),
        "parked_error": head(error, MAX_HEADER_CHARS),
        "parked_from": place,
        "parked_bytes": message.payload.len().to_string(),
    });
    NewMessage {
        topic: transactions.topic_name(&dead_letter_topic(transactions.service_name())),
        key: head(&String::from_utf8_lossy(&message.key), 64),
        event_id: message.event_id,
        event_type: head(message.event_type().unwrap_or("unreadable"), 64),
        occurred_at: now,
        headers: Some(headers.to_string().into_bytes()),
        payload: message.payload.iter().take(MAX_EVENT_BYTES).copied().collect(),
    }
}

/// The beginning of a text that may be of any length.
pub(crate) fn head(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// The dead letter topic of a service, without the prefix.
#[must_use]
pub fn dead_letter_topic(service: &str) -> String {
    format!("{service}.dlq")
}
