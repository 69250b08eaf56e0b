//! [`Tx`]: one open transaction and the events that it will commit.

use std::collections::{BTreeMap, HashMap};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use shared_events::{Envelope, EventBody, Origin};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::Shared;
use super::open::Open;
use crate::crash_point::{self, Place};
use crate::handler::Causation;
use crate::metrics::Metrics;
use crate::outbox::{self, EmitError, MAX_EVENT_BYTES, NewMessage};
use crate::subject::{self, Subject};
use crate::trace::{HEADER, TraceContext};

/// An open transaction; dropped, it is rolled back and its events never were.
/// ```
/// use saga_kit::{EmitError, Tx};
/// use shared_events::OrderCancellationRequested;
///
/// /// A cancellation after the good end is a saga of its own.
/// fn request_cancellation(tx: &mut Tx, event: &OrderCancellationRequested) -> Result<(), EmitError> {
///     let saga = tx.new_saga();
///     tx.emit(event)?;
///     assert_eq!(tx.correlation_id(), saga);
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Tx {
    pub(super) open: Open,
    pub(super) shared: Arc<Shared>,
    pub(super) correlation_id: Uuid,
    pub(super) causation_id: Option<Uuid>,
    /// What is emitted from here on goes on from there.
    pub(super) trace: Option<TraceContext>,
    /// The same for each event that is handled here, where it belongs to a trace.
    pub(super) traces: HashMap<Uuid, TraceContext>,
    pub(super) emitted: Vec<NewMessage>,
    pub(super) after: AfterCommit,
}

/// What is to be done once the transaction is committed.
#[derive(Default)]
pub(super) struct AfterCommit(Vec<Box<dyn FnOnce() + Send + Sync>>);

impl std::fmt::Debug for AfterCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to do", self.0.len())
    }
}

impl Tx {
    /// Hands an event over. It is encoded and measured now, and written by [`Tx::commit`] together with the
    /// others of this transaction, so that a transaction costs one insert however much it emits.
    ///
    /// The caller holds the row lock of the event's aggregate.
    pub fn emit<E: EventBody>(&mut self, event: &E) -> Result<(), EmitError> {
        let encode = |source| EmitError::Encode { event_type: E::TYPE.to_owned(), source };
        let origin = Origin {
            event_id: self.shared.ids.next(),
            timestamp: self.shared.clock.now(),
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            service_name: self.shared.service_name.to_owned(),
            metadata: BTreeMap::new(),
        };
        let envelope = Envelope::new(event, origin).map_err(encode)?;
        let payload = envelope.encode().map_err(encode)?;
        if payload.len() > MAX_EVENT_BYTES {
            return Err(EmitError::TooLarge { event_type: envelope.event_type, bytes: payload.len() });
        }
        let (correlation_id, aggregate) = (self.correlation_id, envelope.aggregate_id.parse().ok());
        self.emitted.push(NewMessage {
            topic: format!("{}{}", self.shared.topic_prefix, E::TOPIC.name()),
            key: envelope.aggregate_id,
            event_id: envelope.event_id,
            event_type: envelope.event_type,
            occurred_at: envelope.timestamp,
            headers: self.trace.filter(|trace| trace.sampled).map(header),
            payload,
        });
        subject::note(|subject| {
            subject.correlation_id = Some(correlation_id);
            subject.aggregate = subject.aggregate.or(aggregate.map(|id| (E::AGGREGATE, id)));
        });
        Ok(())
    }

    /// The saga that events emitted from here on belong to.
    #[must_use]
    pub fn correlation_id(&self) -> Uuid {
        self.correlation_id
    }

    /// Joins a saga that runs already.
    pub fn correlate(&mut self, correlation_id: Uuid) {
        self.correlation_id = correlation_id;
    }

    /// Starts a saga of its own for what is emitted from here on, and tells its id.
    pub fn new_saga(&mut self) -> Uuid {
        self.correlation_id = self.shared.ids.next();
        self.correlation_id
    }

    /// The present, as the service's clock tells it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.clock.now()
    }

    /// Does something once the transaction is committed, and nothing where it never is: counts what happened, wakes
    /// who waits. It must neither fail nor wait. A process that dies first, or never hears of its commit, does not do it.
    pub fn after_commit(&mut self, what: impl FnOnce() + Send + Sync + 'static) {
        self.after.0.push(Box::new(what));
    }

    /// Writes the events and commits; then, and only then, wakes the relay.
    ///
    /// After an error the transaction may still have been committed (the answer was lost): whoever needs to know
    /// must ask again by something that the transaction wrote.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        let emitted = std::mem::take(&mut self.emitted);
        outbox::insert(&mut self.open, &emitted).await?;
        let is_request = self.causation_id.is_none();
        let event_types = || emitted.iter().filter(|_| is_request).map(|message| message.event_type.as_str());
        crash_point::pass_all(Place::RequestBeforeCommit, event_types());
        self.open.commit(&self.shared.pool, &self.shared.begun).await?;
        crash_point::pass_all(Place::RequestAfterCommit, event_types());
        for what in self.after.0 {
            what();
        }
        if !emitted.is_empty() {
            self.shared.committed.add(emitted.iter().map(|message| (message.topic.as_str(), message.event_id)));
            self.shared.relay_wake.notify_one();
        }
        Ok(())
    }

    /// From here on, what is emitted follows from that event and belongs to its saga.
    pub fn caused_by(&mut self, cause: Causation) {
        self.correlation_id = cause.correlation_id;
        self.causation_id = Some(cause.event_id);
        self.trace = self.traces.get(&cause.event_id).copied();
        let (event_type, aggregate) = cause.event.unzip();
        let (correlation_id, event_id) = (Some(cause.correlation_id), Some(cause.event_id));
        let trace = self.trace;
        subject::note(|subject| *subject = Subject { correlation_id, event_id, event_type, aggregate, trace });
    }

    /// Where what is emitted from here on stands in a trace.
    #[must_use]
    pub fn trace(&self) -> Option<TraceContext> {
        self.trace
    }

    /// What is emitted from here on goes on from there: for a transaction that serves several requests.
    pub fn goes_on_from(&mut self, trace: Option<TraceContext>) {
        self.trace = trace;
    }

    /// What the event causes goes on from there, once [`Tx::caused_by`] names it.
    pub(crate) fn continue_trace(&mut self, event_id: Uuid, trace: Option<TraceContext>) {
        self.traces.extend(trace.map(|trace| (event_id, trace)));
    }

    /// The types emitted since there were `count` of them.
    pub(crate) fn emitted_since(&self, count: usize) -> impl Iterator<Item = &str> {
        self.emitted.iter().skip(count).map(|message| message.event_type.as_str())
    }

    /// How many events were emitted so far.
    pub(crate) fn emitted(&self) -> usize {
        self.emitted.len()
    }

    /// What the machinery counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.shared.metrics
    }

    /// Adds a message that is no event of ours: a copy for the dead letter topic.
    pub(crate) fn emit_raw(&mut self, message: NewMessage) {
        self.emitted.push(message);
    }
}

/// The outbox's form of the context: the relay sends it on with the message.
fn header(trace: TraceContext) -> Vec<u8> {
    format!(r#"{{"{HEADER}":"{trace}"}}"#).into_bytes()
}

impl Deref for Tx {
    type Target = MySqlConnection;
    fn deref(&self) -> &MySqlConnection {
        &self.open
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut MySqlConnection {
        &mut self.open
    }
}
