//! Handling what has arrived on a partition: in one transaction together, or one by one when one of them fails.
//!
//! Knows neither Kafka nor offsets: it is given messages in order and returns when each is handled, skipped as a
//! duplicate, or parked. It returns early only when it is asked to stop, with nothing half done.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use sqlx::Error as SqlError;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::consumer::message::Message;
use crate::crash_point::{self, Place};
use crate::handler::{HandlerError, error_chain};
use crate::inbox;
use crate::mutation::{self, Mutation};
use crate::parking::{self, Cause};
use crate::registry::Registry;
use crate::retry::Backoff;
use crate::transaction::{Transactions, Tx};

/// Tries of one event against conflicts (deadlock, lock wait) before it is parked. A database that is away is
/// waited for without a limit: that is no fault of the event.
const MAX_CONFLICTS: u32 = 20;

/// Tries again of a shared transaction before its events are handled one by one.
const MAX_SHARED_RETRIES: u32 = 2;

const BACKOFF_BASE: Duration = Duration::from_millis(20);
const BACKOFF_CAP: Duration = Duration::from_secs(2);

/// Asked to stop before everything was handled; the rest comes again after the restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// What the worker of a partition needs to handle events.
#[derive(Clone, Debug)]
pub(crate) struct Processor {
    pub transactions: Transactions,
    pub registry: Arc<Registry>,
}

/// Why one attempt failed, and at which message.
struct Failure {
    index: usize,
    error: HandlerError,
}

impl Processor {
    /// Handles the messages in order.
    pub async fn process(&self, messages: &[Message], stop: &CancellationToken) -> Result<(), Stopped> {
        let concerned: Vec<&Message> = messages.iter().filter(|message| self.concerns(message)).collect();
        if concerned.is_empty() {
            return Ok(());
        }
        if concerned.len() > 1 && self.share(&concerned).await {
            return Ok(());
        }
        for message in concerned {
            self.process_one(message, stop).await?;
        }
        Ok(())
    }

    /// Handles the messages in one transaction; false when they must be handled one by one.
    ///
    /// A conflict is worth another try before that: whoever was in the way has its locks and will be gone soon, and
    /// one by one costs a commit an event.
    async fn share(&self, messages: &[&Message]) -> bool {
        let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
        loop {
            let Err(failure) = self.attempt(messages).await else { return true };
            let id = messages[failure.index].event_id;
            debug!(event_id = %id, error = %failure.error, "a shared transaction failed");
            if !matches!(failure.error, HandlerError::Retry(_)) || backoff.attempts() == MAX_SHARED_RETRIES {
                return false;
            }
            tokio::time::sleep(backoff.next_delay()).await;
        }
    }

    /// What cannot be read concerns us too: it has to be set aside.
    fn concerns(&self, message: &Message) -> bool {
        message.envelope.as_ref().map_or(true, |envelope| self.registry.concerns(envelope).unwrap_or(true))
    }

    async fn process_one(&self, message: &Message, stop: &CancellationToken) -> Result<(), Stopped> {
        let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
        let mut conflicts = 0;
        loop {
            let error = match self.attempt(&[message]).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure.error,
            };
            let error = match error {
                HandlerError::Retry(error) if is_away(&*error) => error,
                HandlerError::Retry(error) if conflicts < MAX_CONFLICTS => {
                    conflicts += 1;
                    error
                }
                HandlerError::Retry(error) | HandlerError::Park(error) => {
                    match self.set_aside(message, &error_chain(&*error)).await {
                        Ok(()) => return Ok(()),
                        Err(error) => error.into(),
                    }
                }
            };
            if backoff.attempts().is_multiple_of(10) {
                warn!(event_id = %message.event_id, %error, "waiting to handle an event");
            }
            tokio::select! {
                () = stop.cancelled() => return Err(Stopped),
                () = tokio::time::sleep(backoff.next_delay()) => {}
            }
        }
    }

    /// One attempt, in which a panic counts as a failure that will not pass. Without this a handler that panics
    /// would end its worker, and its partition would stand still in silence.
    async fn attempt(&self, messages: &[&Message]) -> Result<(), Failure> {
        let attempt = AssertUnwindSafe(self.attempt_once(messages)).catch_unwind();
        attempt.await.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Err(Failure { index: 0, error: HandlerError::park(format!("its handler panicked: {text}")) })
        })
    }

    /// One transaction: inbox first, then the handlers in order, then the observers, then the events they emitted.
    async fn attempt_once(&self, messages: &[&Message]) -> Result<(), Failure> {
        let at = |index| move |error: HandlerError| Failure { index, error };
        let sql_at = |index| move |error: SqlError| Failure { index, error: error.into() };
        let mut tx = self.transactions.begin().await.map_err(sql_at(0))?;
        let (mut fresh, mut stopped_keys) = self.open(&mut tx, messages).await.map_err(sql_at(0))?;
        let envelopes: Vec<_> = messages
            .iter()
            .filter(|message| fresh.contains(&message.event_id) && !stopped_keys.contains(&message.key))
            .filter_map(|message| self.readable(message).ok().cloned())
            .collect();
        self.registry.prepare(&mut tx, &envelopes).await.map_err(at(0))?;
        let mut handled = Vec::with_capacity(messages.len());
        for (index, message) in messages.iter().enumerate() {
            // Removing it also skips a second copy within this very batch.
            if !fresh.remove(&message.event_id) {
                debug!(event_id = %message.event_id, "skipped a duplicate");
                continue;
            }
            if stopped_keys.contains(&message.key) {
                self.park(&mut tx, message, (Cause::Behind, "an earlier event of its key is parked"))
                    .await
                    .map_err(sql_at(index))?;
                continue;
            }
            match self.readable(message) {
                Ok(envelope) => {
                    self.registry.handle(&mut tx, envelope).await.map_err(at(index))?;
                    handled.push(Arc::clone(envelope));
                }
                Err(error) => {
                    self.park(&mut tx, message, (Cause::Unreadable, &error)).await.map_err(sql_at(index))?;
                    stopped_keys.insert(message.key.clone());
                }
            }
        }
        if !handled.is_empty() {
            self.registry.show(&mut tx, &handled).await.map_err(at(0))?;
        }
        let event_types = || handled.iter().map(|envelope| envelope.event_type.as_str());
        crash_point::pass_all(Place::HandlerBeforeCommit, event_types());
        tx.commit().await.map_err(sql_at(0))?;
        crash_point::pass_all(Place::HandlerAfterCommit, event_types());
        Ok(())
    }

    /// Claims the messages and finds the keys whose earlier events are parked.
    async fn open(
        &self,
        tx: &mut Tx,
        messages: &[&Message],
    ) -> Result<(HashSet<uuid::Uuid>, HashSet<Vec<u8>>), SqlError> {
        let consumer = self.registry.service();
        let ids: Vec<_> = messages.iter().map(|message| message.event_id).collect();
        let keys: HashSet<&[u8]> = messages.iter().map(|message| message.key.as_slice()).collect();
        let now = tx.now();
        let fresh = if mutation::is_on(Mutation::InboxOff) {
            ids.into_iter().collect()
        } else {
            inbox::claim(tx, consumer, &ids, now).await?
        };
        let parked = parking::parked_keys(tx, consumer, &keys).await?;
        Ok((fresh, parked))
    }

    /// The envelope, if it is one and of a type that the saga knows.
    fn readable<'m>(&self, message: &'m Message) -> Result<&'m Arc<shared_events::Envelope>, String> {
        let envelope = message.envelope.as_ref().map_err(|error| error_chain(error))?;
        self.registry.concerns(envelope).map_err(|error| error_chain(&error))?;
        Ok(envelope)
    }

    /// Parks an event whose handler failed, in a transaction of its own, unless it was handled in the meantime.
    async fn set_aside(&self, message: &Message, error: &str) -> Result<(), SqlError> {
        let mut tx = self.transactions.begin().await?;
        let (fresh, _) = self.open(&mut tx, &[message]).await?;
        if fresh.contains(&message.event_id) {
            self.park(&mut tx, message, (Cause::Failed, error)).await?;
        }
        tx.commit().await
    }

    async fn park(&self, tx: &mut Tx, message: &Message, why: (Cause, &str)) -> Result<(), SqlError> {
        let key = String::from_utf8_lossy(&message.key);
        warn!(event_id = %message.event_id, event_type = message.event_type(), %key, error = why.1, "parking an event");
        parking::park(tx, &self.transactions, message, why).await
    }
}

fn is_away(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(inner) = error {
        if let Some(sql) = inner.downcast_ref::<SqlError>() {
            return crate::retry::passing(sql) == crate::retry::Passing::Away;
        }
        error = inner.source();
    }
    false
}
