//! The shapes that a handler and an observer may have: async functions on the open transaction.

use std::future::Future;
use std::sync::Arc;

use shared_events::{DecodeError, Envelope, EventBody};
use uuid::Uuid;

use super::{Handled, HandledAll};
use crate::transaction::Tx;

/// An `async fn(&mut Tx, E) -> Handled`.
///
/// The trait ties the future to the borrow of the transaction and says that it is `Send`, which a plain
/// `Fn` or `AsyncFn` bound cannot say on stable Rust.
pub trait Handler<'a, E>: Send + Sync + 'static {
    /// The handler's future.
    type Future: Future<Output = Handled> + Send + 'a;
    /// Handles one event.
    fn call(&self, tx: &'a mut Tx, event: E) -> Self::Future;
}

impl<'a, E, F, Fut> Handler<'a, E> for F
where
    F: Fn(&'a mut Tx, E) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Handled> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, tx: &'a mut Tx, event: E) -> Fut {
        self(tx, event)
    }
}

/// What an event belongs to: [`Tx::caused_by`] makes what is emitted from then on its consequence.
/// ```
/// use saga_kit::{Causation, Tx};
/// use shared_events::Envelope;
///
/// /// What is emitted from here on follows from that event, and belongs to its saga.
/// fn follow(tx: &mut Tx, envelope: &Envelope) {
///     tx.caused_by(Causation::from(envelope));
///     assert_eq!(tx.correlation_id(), envelope.correlation_id);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Causation {
    pub(crate) event_id: Uuid,
    pub(crate) correlation_id: Uuid,
    /// For the log: the event's type, and what it happened to where that has a number.
    pub(crate) event: Option<(&'static str, (&'static str, u64))>,
}

impl Causation {
    /// By the event of that id, which belongs to that saga.
    #[must_use]
    pub fn new(event_id: Uuid, correlation_id: Uuid) -> Self {
        Self { event_id, correlation_id, event: None }
    }

    /// The saga that the event belongs to.
    #[must_use]
    pub fn correlation_id(&self) -> Uuid {
        self.correlation_id
    }
}

impl From<&Envelope> for Causation {
    fn from(envelope: &Envelope) -> Self {
        Self::new(envelope.event_id, envelope.correlation_id)
    }
}

/// One of several events that a handler is given at once.
/// ```
/// use saga_kit::Received;
/// use shared_events::{DecodeError, Envelope, OrderPaid};
///
/// fn saga_of(paid: &Envelope) -> Result<uuid::Uuid, DecodeError> {
///     Ok(Received::<OrderPaid>::read(paid)?.cause.correlation_id())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Received<E> {
    /// The event.
    pub event: E,
    /// What to name before emitting what follows from it.
    pub cause: Causation,
}

impl<E: EventBody> Received<E> {
    /// Reads the event of an envelope.
    ///
    /// # Errors
    /// It is none of type `E`, or its body is broken.
    pub fn read(envelope: &Envelope) -> Result<Self, DecodeError> {
        let about = envelope.aggregate_id.parse().ok().map(|id| (E::TYPE, (E::AGGREGATE, id)));
        Ok(Self { event: envelope.body()?, cause: Causation { event: about, ..envelope.into() } })
    }
}

/// An `async fn(&mut Tx, Vec<Received<E>>) -> HandledAll`: several events at once, no two of them with the same key.
pub trait SetHandler<'a, E>: Send + Sync + 'static {
    /// The handler's future.
    type Future: Future<Output = HandledAll> + Send + 'a;
    /// Handles the events.
    fn call(&self, tx: &'a mut Tx, events: Vec<Received<E>>) -> Self::Future;
}

impl<'a, E, F, Fut> SetHandler<'a, E> for F
where
    F: Fn(&'a mut Tx, Vec<Received<E>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = HandledAll> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, tx: &'a mut Tx, events: Vec<Received<E>>) -> Fut {
        self(tx, events)
    }
}

/// An `async fn(&mut Tx, Arc<P>, Vec<Received<E>>) -> HandledAll`: one that needs settings of its service.
pub trait SetHandlerWith<'a, P, E>: Send + Sync + 'static {
    /// The handler's future.
    type Future: Future<Output = HandledAll> + Send + 'a;
    /// Handles the events.
    fn call(&self, tx: &'a mut Tx, with: Arc<P>, events: Vec<Received<E>>) -> Self::Future;
}

impl<'a, P, E, F, Fut> SetHandlerWith<'a, P, E> for F
where
    F: Fn(&'a mut Tx, Arc<P>, Vec<Received<E>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = HandledAll> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, tx: &'a mut Tx, with: Arc<P>, events: Vec<Received<E>>) -> Fut {
        self(tx, with, events)
    }
}

/// An `async fn(&mut Tx, Vec<Arc<Envelope>>) -> Handled`: sees each event once, in order, whoever reacts to it.
/// ```
/// use std::sync::Arc;
///
/// use saga_kit::{Handled, Registry, Tx};
/// use shared_events::{Envelope, SAGA};
///
/// /// A timeline, written in the transaction of each event.
/// async fn record(tx: &mut Tx, events: Vec<Arc<Envelope>>) -> Handled {
///     for event in events {
///         sqlx::query("INSERT INTO timeline (event_type) VALUES (?)").bind(&event.event_type).execute(&mut **tx).await?;
///     }
///     Ok(())
/// }
/// let registry = Registry::new("warehouse", &SAGA).observe(record);
/// ```
pub trait Observer<'a>: Send + Sync + 'static {
    /// The observer's future.
    type Future: Future<Output = Handled> + Send + 'a;
    /// Sees the events that this transaction handles.
    fn call(&self, tx: &'a mut Tx, events: Vec<Arc<Envelope>>) -> Self::Future;
}

impl<'a, F, Fut> Observer<'a> for F
where
    F: Fn(&'a mut Tx, Vec<Arc<Envelope>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Handled> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, tx: &'a mut Tx, events: Vec<Arc<Envelope>>) -> Fut {
        self(tx, events)
    }
}
