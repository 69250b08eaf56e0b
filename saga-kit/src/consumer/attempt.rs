//! One attempt to handle messages in one transaction: all of them are handled, skipped or parked, or nothing is.
//!
//! What is tried, and what after a failure, is [`crate::consumer::batch`]'s.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use sqlx::Error as SqlError;
use tracing::{debug, warn};

use crate::consumer::batch::Processor;
use crate::consumer::message::Message;
use crate::crash_point::{self, Place};
use crate::handler::{Handled, HandlerError, error_chain};
use crate::inbox;
use crate::mutation::{self, Mutation};
use crate::parking::{self, Cause};
use crate::transaction::Tx;

/// How much of a text that a message brought goes into the log, in characters.
const MAX_LOGGED_CHARS: usize = 1_000;

/// Why one attempt failed.
pub(super) struct Failure {
    /// The message whose handler failed; nothing when it was none of them.
    pub index: Option<usize>,
    pub error: HandlerError,
}

/// The messages of an attempt whose handlers have failed for good, by their index, each with its error.
pub(super) type Faults = HashMap<usize, String>;

impl Processor {
    /// One transaction: inbox first, then the handlers in order, then the observers, then the events they emitted.
    pub(super) async fn attempt(&self, messages: &[&Message], faults: &Faults) -> Result<(), Failure> {
        let mut tx = self.transactions.begin().await?;
        let (mut fresh, mut stopped_keys) = self.open(&mut tx, messages).await?;
        let envelopes: Vec<_> = messages
            .iter()
            .filter(|message| fresh.contains(&message.event_id) && !stopped_keys.contains(&message.key))
            .filter_map(|message| self.readable(message).ok().cloned())
            .collect();
        caught(self.registry.prepare(&mut tx, &envelopes)).await?;
        let mut handled = Vec::with_capacity(messages.len());
        for (index, message) in messages.iter().enumerate() {
            // Removing it also skips a second copy within this very batch.
            if !fresh.remove(&message.event_id) {
                debug!(event_id = %message.event_id, "skipped a duplicate");
                continue;
            }
            let (cause, error) = if stopped_keys.contains(&message.key) {
                (Cause::Behind, "an earlier event of its key is parked".to_owned())
            } else if let Some(error) = faults.get(&index) {
                (Cause::Failed, error.clone())
            } else {
                match self.readable(message) {
                    Err(error) => (Cause::Unreadable, error),
                    Ok(envelope) => {
                        let outcome = caught(self.registry.handle(&mut tx, envelope)).await;
                        outcome.map_err(|error| Failure { index: Some(index), error })?;
                        handled.push(Arc::clone(envelope));
                        continue;
                    }
                }
            };
            self.park(&mut tx, message, (cause, &error)).await?;
            stopped_keys.insert(message.key.clone());
        }
        if !handled.is_empty() {
            caught(self.registry.show(&mut tx, &handled)).await?;
        }
        let event_types = || handled.iter().map(|envelope| envelope.event_type.as_str());
        crash_point::pass_all(Place::HandlerBeforeCommit, event_types());
        tx.commit().await?;
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

    async fn park(&self, tx: &mut Tx, message: &Message, why: (Cause, &str)) -> Result<(), SqlError> {
        let key = String::from_utf8_lossy(&message.key);
        // Both may hold all that the message held, which may be a megabyte.
        let event_type = message.event_type().map(|event_type| parking::head(event_type, MAX_LOGGED_CHARS));
        let error = parking::head(why.1, MAX_LOGGED_CHARS);
        warn!(event_id = %message.event_id, event_type, %key, error, "parking an event");
        parking::park(tx, &self.transactions, message, why).await
    }
}

/// Takes a panic for a failure that will not pass. Without this a handler that panics would end its worker, and its
/// partition would stand still in silence.
async fn caught(work: impl Future<Output = Handled>) -> Handled {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(HandlerError::park(format!("its handler panicked: {text}")))
    })
}

impl From<HandlerError> for Failure {
    fn from(error: HandlerError) -> Self {
        Self { index: None, error }
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        HandlerError::from(error).into()
    }
}
