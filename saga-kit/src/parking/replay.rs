//! Replay: bringing the parked events of a key home, oldest first, once their cause is mended.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use crate::consumer::message::Message;
use crate::handler::{HandlerError, error_chain};
use crate::parking::{MAX_ERROR_CHARS, head};
use crate::registry::Registry;
use crate::retry::{Backoff, Passing, passing};
use crate::transaction::Transactions;

/// How often an event is tried again when another transaction was in the way (deadlock, lock wait): whoever asked for
/// the replay waits for its answer, so this is less than a consumer's patience.
const MAX_RETRIES: u32 = 5;
const BACKOFF_BASE: Duration = Duration::from_millis(20);
const BACKOFF_CAP: Duration = Duration::from_millis(200);

/// How far a replay came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Events that were handled and are parked no longer.
    pub handled: u32,
    /// The error at which it stopped; the event and those behind it stay parked.
    pub stopped_by: Option<String>,
}

struct Row {
    id: u64,
    event_id: Uuid,
    topic: String,
    kafka_partition: i32,
    kafka_offset: i64,
    payload: Vec<u8>,
}

/// Handles the parked events of `key` in order, a transaction each, until none is left or one fails again. One that
/// another transaction was in the way of is tried again a few times.
///
/// The parked row is locked, handled and deleted in one transaction, so two replays at once handle an event once.
/// # Errors
/// The database's; what was handled before stays handled.
/// ```
/// use saga_kit::{BoxError, Registry, Transactions, parking};
///
/// /// Once the cause is mended: the events of order 7, oldest first.
/// async fn again(transactions: &Transactions, registry: &Registry) -> Result<(), BoxError> {
///     parking::replay(transactions, registry, b"7").await?;
///     println!("{} events of order 7 are still parked", parking::count_of(transactions.pool(), b"7").await?);
///     Ok(())
/// }
/// ```
pub async fn replay(transactions: &Transactions, registry: &Registry, key: &[u8]) -> Result<Replayed, sqlx::Error> {
    let mut handled = 0;
    let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
    loop {
        let step = replay_oldest(transactions, registry, key).await;
        let passes = match &step {
            Ok(step) => matches!(step, Step::Failed { passes: true, .. }),
            Err(error) => passing(error) == Passing::Conflict,
        };
        if passes && backoff.attempts() < MAX_RETRIES {
            tokio::time::sleep(backoff.next_delay()).await;
            continue;
        }
        backoff.reset();
        match step? {
            Step::Handled => handled += 1,
            Step::NoneLeft => return Ok(Replayed { handled, stopped_by: None }),
            Step::Failed { error, .. } => return Ok(Replayed { handled, stopped_by: Some(error) }),
        }
    }
}

enum Step {
    Handled,
    NoneLeft,
    Failed { error: String, passes: bool },
}

async fn replay_oldest(transactions: &Transactions, registry: &Registry, key: &[u8]) -> Result<Step, sqlx::Error> {
    let mut tx = transactions.begin().await?;
    let oldest = sqlx::query_as!(
        Row,
        "SELECT id, event_id AS `event_id: Uuid`, topic, kafka_partition, kafka_offset, payload FROM parked_events \
         WHERE consumer = ? AND event_key = ? ORDER BY id LIMIT 1 FOR UPDATE",
        registry.service(),
        key
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = oldest else { return Ok(Step::NoneLeft) };
    // The key stays Kafka's, whatever the payload says: it is what the order of events was kept by.
    let message = Message::new(row.topic, (row.kafka_partition, row.kafka_offset), key.to_vec(), row.payload);
    let failure = match &message.envelope {
        Err(error) => Some((error_chain(error), false)),
        Ok(envelope) => {
            let shown = [Arc::clone(envelope)];
            // Where it stood in a trace is not kept: what comes of it goes on from whoever replays it.
            let trace = tx.trace();
            tx.continue_trace(envelope.event_id, trace);
            let outcome = async {
                registry.concerns(envelope).map_err(HandlerError::park)?;
                registry.handle(&mut tx, &shown).await.map_err(|failure| failure.error)?;
                registry.show(&mut tx, &shown).await
            };
            outcome.await.err().map(|error| (error_chain(&error), matches!(error, HandlerError::Retry(_))))
        }
    };
    if let Some((error, passes)) = failure {
        let error = head(&error, MAX_ERROR_CHARS);
        return Ok(Step::Failed { error: format!("event {} ({}): {error}", row.event_id, row.id), passes });
    }
    sqlx::query!("DELETE FROM parked_events WHERE id = ?", row.id).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Step::Handled)
}
