//! One attempt to handle messages in one transaction: all of them are handled, skipped or parked, or nothing is.
//!
//! What is tried, and what after a failure, is [`crate::consumer::batch`]'s.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared_events::Envelope;
use sqlx::Error as SqlError;
use tracing::{debug, warn};

use crate::consumer::batch::Processor;
use crate::consumer::message::Message;
use crate::consumer::taking;
use crate::crash_point::{self, Place};
use crate::handler::{Failure, caught, error_chain};
use crate::inbox;
use crate::mutation::{self, Mutation};
use crate::parking::{self, Cause};
use crate::subject::{self, Subject};
use crate::transaction::Tx;

/// How much of a text that a message brought goes into the log, in characters.
const MAX_LOGGED_CHARS: usize = 1_000;

/// The messages of an attempt whose handlers have failed for good, by their index, each with its error.
pub(super) type Faults = HashMap<usize, String>;

impl Processor {
    /// One transaction: inbox first, then the handlers in order, then the observers, then the events they emitted.
    pub(super) async fn attempt(&self, messages: &[&Message], faults: &Faults) -> Result<(), Failure> {
        // What the last transaction was about.
        subject::note(|subject| *subject = Subject::default());
        let mut tx = self.transactions.begin().await?;
        let (fresh, stopped_keys) = self.open(&mut tx, messages).await?;
        let sorted = self.sort(messages, (fresh, stopped_keys), faults);
        let handled = &sorted.handled;
        for (message, cause, error) in &sorted.parked {
            self.park(&mut tx, message, (*cause, error)).await?;
        }
        for message in handled.iter().map(|readable| messages[readable.index]) {
            tx.continue_trace(message.event_id, message.taking.map(|taking| taking.handling()));
        }
        let events: Vec<_> = handled.iter().map(|readable| Arc::clone(readable.envelope)).collect();
        caught(self.registry.prepare(&mut tx, &events)).await?;
        for set in sets(handled) {
            let events: Vec<_> = set.iter().map(|readable| Arc::clone(readable.envelope)).collect();
            let place = |index: usize| set.get(index).map(|readable| readable.index);
            self.registry
                .handle(&mut tx, &events)
                .await
                .map_err(|failure| Failure { index: failure.index.and_then(place), error: failure.error })?;
        }
        if !events.is_empty() {
            if events.len() > 1 {
                // Observers see all of them at once, and not the last alone.
                subject::note(|subject| *subject = Subject::default());
            }
            caught(self.registry.show(&mut tx, &events)).await?;
        }
        let event_types = || events.iter().map(|envelope| envelope.event_type.as_str());
        crash_point::pass_all(Place::HandlerBeforeCommit, event_types());
        tx.commit().await?;
        crash_point::pass_all(Place::HandlerAfterCommit, event_types());
        self.count(&sorted);
        let handled = sorted.handled.iter().map(|readable| (messages[readable.index], None));
        let parked = sorted.parked.iter().map(|(message, cause, _)| (*message, Some(cause.as_str())));
        self.tell(handled.chain(parked));
        Ok(())
    }

    /// Counts what became of the messages, now that it is committed: an attempt that failed comes again.
    fn count(&self, Sorted { skipped, parked, .. }: &Sorted<'_>) {
        let metrics = self.transactions.metrics();
        for message in skipped {
            metrics.skipped(self.registry.label(message.event_type()));
        }
        for (message, cause, _) in parked {
            metrics.parked(self.registry.label(message.event_type()), *cause);
        }
    }

    /// Tells the log and the traces what the transaction that is now committed did: which messages it handled, and
    /// which it set aside for that cause.
    fn tell<'m>(&self, messages: impl Iterator<Item = (&'m Message, Option<&'static str>)> + Clone) {
        taking::handled(messages.clone(), self);
        if tracing::enabled!(tracing::Level::DEBUG) {
            for (message, _) in messages.filter(|(_, parked)| parked.is_none()) {
                subject::note(|subject| *subject = message.subject());
                debug!("handled");
            }
        }
    }

    /// What is to be done with each message.
    fn sort<'m>(
        &self,
        messages: &[&'m Message],
        (mut fresh, mut stopped_keys): (HashSet<uuid::Uuid>, HashSet<Vec<u8>>),
        faults: &Faults,
    ) -> Sorted<'m> {
        let (mut handled, mut parked) = (Vec::with_capacity(messages.len()), Vec::new());
        let mut skipped = Vec::new();
        for (index, &message) in messages.iter().enumerate() {
            // Removing it also skips a second copy within this very batch.
            if !fresh.remove(&message.event_id) {
                subject::note(|subject| *subject = message.subject());
                debug!("skipped a duplicate");
                skipped.push(message);
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
                        handled.push(Readable { index, key: &message.key, envelope });
                        continue;
                    }
                }
            };
            stopped_keys.insert(message.key.clone());
            parked.push((message, cause, error));
        }
        Sorted { handled, parked, skipped }
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
        subject::note(|subject| *subject = message.subject());
        let key = String::from_utf8_lossy(&message.key);
        // Both may hold all that the message held, which may be a megabyte.
        let event_type = message.event_type().map(|event_type| parking::head(event_type, MAX_LOGGED_CHARS));
        let error = parking::head(why.1, MAX_LOGGED_CHARS);
        warn!(event_type, %key, error, "parking an event");
        parking::park(tx, &self.transactions, message, why).await
    }
}

/// The messages of an attempt, by what becomes of them.
struct Sorted<'m> {
    handled: Vec<Readable<'m>>,
    /// Set aside, and why.
    parked: Vec<(&'m Message, Cause, String)>,
    /// Duplicates.
    skipped: Vec<&'m Message>,
}

/// A message that is an event.
#[derive(Clone, Copy)]
struct Readable<'m> {
    /// Its place in the attempt.
    index: usize,
    key: &'m [u8],
    envelope: &'m Arc<Envelope>,
}

/// The events in sets of one type, in each of which a key stands once. Handled one set after the other, the events of
/// a key keep their order; those of different keys have none.
fn sets<'m>(events: &[Readable<'m>]) -> Vec<Vec<Readable<'m>>> {
    let mut sets: Vec<Vec<Readable<'m>>> = Vec::new();
    // For each key the first set that may have its next event.
    let mut next: HashMap<&[u8], usize> = HashMap::new();
    for event in events {
        let from = next.get(event.key).copied().unwrap_or(0);
        let is_same = |set: &Vec<Readable<'_>>| set[0].envelope.event_type == event.envelope.event_type;
        let at = (from..sets.len()).find(|at| is_same(&sets[*at])).unwrap_or_else(|| {
            sets.push(Vec::new());
            sets.len() - 1
        });
        sets[at].push(*event);
        next.insert(event.key, at + 1);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(event_type: &str) -> Arc<Envelope> {
        let text = format!(
            r#"{{"event_id": "00000000-0000-0000-0000-000000000001", "event_type": "{event_type}", "version": 1,
                 "aggregate_type": "order", "aggregate_id": "1", "timestamp": "2030-01-05T10:00:00.000000Z",
                 "correlation_id": "00000000-0000-0000-0000-000000000002", "causation_id": null,
                 "service_name": "elsewhere", "data": {{}}}}"#
        );
        Arc::new(Envelope::decode(text.as_bytes()).expect("an envelope"))
    }

    /// The sets of events written `KEY:TYPE`, as such.
    fn sets_of(events: &[&str]) -> Vec<Vec<String>> {
        let parts: Vec<(&str, Arc<Envelope>)> =
            events.iter().filter_map(|event| event.split_once(':')).map(|(key, of)| (key, envelope(of))).collect();
        let event = |(index, (key, envelope))| Readable { index, key: str::as_bytes(key), envelope };
        let readable: Vec<_> = parts.iter().map(|(key, envelope)| (*key, envelope)).enumerate().map(event).collect();
        let text = |set: &Vec<Readable<'_>>| set.iter().map(|event| events[event.index].to_owned()).collect();
        sets(&readable).iter().map(text).collect()
    }

    #[test]
    fn events_of_different_keys_and_one_type_go_together() {
        assert_eq!(sets_of(&["a:X", "b:Y", "c:X", "d:Y"]), [["a:X", "c:X"], ["b:Y", "d:Y"]]);
    }

    #[test]
    fn events_of_one_key_keep_their_order() {
        assert_eq!(sets_of(&["a:X", "a:Y", "b:X", "a:X"]), [vec!["a:X", "b:X"], vec!["a:Y"], vec!["a:X"]]);
        // The set of Y comes before the later X of its key, and after the earlier one.
        assert_eq!(sets_of(&["a:Y", "b:X", "b:Y"]), [vec!["a:Y"], vec!["b:X"], vec!["b:Y"]]);
    }
}
