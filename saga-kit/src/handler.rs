//! What a reaction to an event is, and what its failure means.

use std::future::Future;
use std::sync::Arc;

use shared_events::Envelope;

use crate::outbox::EmitError;
use crate::retry::{self, Passing};
use crate::transaction::Tx;

/// Any error, as the cause of a handler's.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A handler's answer. A business failure is no error: it is an event.
pub type Handled = Result<(), HandlerError>;

/// Why an event was not handled, and what is to be done with it.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// It passes by itself (the database is away, a deadlock): try again, the same event first.
    #[error("{0}")]
    Retry(#[source] BoxError),
    /// It will not pass: set the event aside, and with it the later ones of the same key.
    #[error("{0}")]
    Park(#[source] BoxError),
}

impl HandlerError {
    /// For a failure that will not pass by itself.
    pub fn park(error: impl Into<BoxError>) -> Self {
        Self::Park(error.into())
    }

    /// For a failure that passes by itself.
    pub fn retry(error: impl Into<BoxError>) -> Self {
        Self::Retry(error.into())
    }
}

impl From<sqlx::Error> for HandlerError {
    fn from(error: sqlx::Error) -> Self {
        match retry::passing(&error) {
            Passing::Away | Passing::Conflict => Self::retry(error),
            Passing::No => Self::park(error),
        }
    }
}

impl From<EmitError> for HandlerError {
    fn from(error: EmitError) -> Self {
        Self::park(error)
    }
}

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

/// An `async fn(&mut Tx, Arc<P>, E) -> Handled`: a handler that needs settings of its service.
pub trait HandlerWith<'a, P, E>: Send + Sync + 'static {
    /// The handler's future.
    type Future: Future<Output = Handled> + Send + 'a;
    /// Handles one event.
    fn call(&self, tx: &'a mut Tx, with: Arc<P>, event: E) -> Self::Future;
}

impl<'a, P, E, F, Fut> HandlerWith<'a, P, E> for F
where
    F: Fn(&'a mut Tx, Arc<P>, E) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Handled> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, tx: &'a mut Tx, with: Arc<P>, event: E) -> Fut {
        self(tx, with, event)
    }
}

/// An `async fn(&mut Tx, Vec<Arc<Envelope>>) -> Handled`: sees each event once, in order, whoever reacts to it.
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

/// An error and what it came from, on one line.
pub(crate) fn error_chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut chain = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        // Some errors repeat their source in their own text.
        if chain.last().is_none_or(|last| !last.ends_with(&text)) {
            chain.push(text);
        }
        source = error.source();
    }
    chain.join(": ")
}
