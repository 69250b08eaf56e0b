//! What a reaction to an event is, and what its failure means.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

use crate::outbox::EmitError;
use crate::retry::{self, Passing};

mod shapes;

pub use shapes::{Causation, Handler, Observer, Received, SetHandler, SetHandlerWith};

/// Any error, as the cause of a handler's.
/// ```
/// let error: saga_kit::BoxError = "the supplier does not answer".into();
/// assert_eq!(error.to_string(), "the supplier does not answer");
/// ```
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A handler's answer. A business failure is no error: it is an event.
/// ```
/// use saga_kit::{Handled, Tx};
/// use shared_events::OrderPaid;
///
/// /// What the database refuses decides by itself whether to try again or to set the event aside.
/// async fn order_paid(tx: &mut Tx, event: OrderPaid) -> Handled {
///     sqlx::query("UPDATE orders SET is_paid = TRUE WHERE id = ?").bind(event.order_id).execute(&mut **tx).await?;
///     Ok(())
/// }
/// ```
pub type Handled = Result<(), HandlerError>;

/// Why an event was not handled, and what is to be done with it.
/// ```
/// use saga_kit::HandlerError;
///
/// /// A busy supplier is asked again; one that knows no such part will never know it.
/// fn judge(status: u16) -> HandlerError {
///     match status {
///         429 | 503 => HandlerError::retry("the supplier is busy"),
///         _ => HandlerError::park(format!("the supplier answered {status}")),
///     }
/// }
/// assert!(matches!(judge(503), HandlerError::Retry(_)));
/// assert!(matches!(judge(404), HandlerError::Park(_)));
/// ```
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

/// The answer of a handler that is given several events at once.
/// ```
/// use saga_kit::{Failure, HandledAll, HandlerError, Received, Tx};
/// use shared_events::{OrderCreated, StockDecreaseFailed};
///
/// /// Several orders at once, no two of them the same; each event follows from its own.
/// async fn order_created(tx: &mut Tx, orders: Vec<Received<OrderCreated>>) -> HandledAll {
///     for (index, Received { event, cause }) in orders.into_iter().enumerate() {
///         if event.items.is_empty() {
///             return Err(Failure::at(index, HandlerError::park("an order of nothing")));
///         }
///         tx.caused_by(cause);
///         let (order_id, user_id) = (event.order_id, event.user_id);
///         tx.emit(&StockDecreaseFailed { order_id, user_id, shortages: Vec::new() })?;
///     }
///     Ok(())
/// }
/// ```
pub type HandledAll = Result<(), Failure>;

/// A failure among several events that share a transaction.
/// ```
/// use saga_kit::{Failure, HandlerError};
///
/// assert_eq!(Failure::at(2, HandlerError::park("no such product")).index, Some(2));
/// // An error that was none of them alone: they are tried again one by one.
/// assert_eq!(Failure::from(HandlerError::retry("a deadlock")).index, None);
/// ```
#[derive(Debug)]
pub struct Failure {
    /// The event whose handling failed, by its place; nothing when it was none of them alone.
    pub index: Option<usize>,
    /// What failed.
    pub error: HandlerError,
}

impl Failure {
    /// The event at `index` failed, and none of the others.
    pub fn at(index: usize, error: impl Into<HandlerError>) -> Self {
        Self { index: Some(index), error: error.into() }
    }
}

impl<E: Into<HandlerError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { index: None, error: error.into() }
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

/// Takes a panic for a failure that will not pass. Without this a handler that panics would end its worker, and its
/// partition would stand still in silence.
pub(crate) async fn caught<F: From<HandlerError>>(work: impl Future<Output = Result<(), F>>) -> Result<(), F> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(HandlerError::park(format!("its handler panicked: {text}")).into())
    })
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
