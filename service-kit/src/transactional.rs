//! [`transactional`]: the transaction around a request. It begins, runs the command, commits or rolls back,
//! and runs the whole again when another transaction was in the way.
//!
//! This is one of the two owners of a transaction; the other is saga-kit's event consumer. A command never
//! begins or commits.

use crate::database;
use crate::idempotency;
use crate::problem::Problem;
use saga_kit::retry::{Backoff, Passing, passing};
use saga_kit::{Transactions, Tx};
use std::time::Duration;

/// How often a command is run when each time another transaction is in the way.
pub const MAX_ATTEMPTS: u32 = 6;
/// The longest first wait between two attempts; the ceiling doubles with each, up to [`BACKOFF_CAP`].
const BACKOFF_BASE: Duration = Duration::from_millis(10);
const BACKOFF_CAP: Duration = Duration::from_millis(200);

/// An error of a feature, which says whether the database is the cause.
pub trait DatabaseCause {
    /// The database's error, when that is what went wrong.
    fn database_cause(&self) -> Option<&sqlx::Error>;
}

impl DatabaseCause for sqlx::Error {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        Some(self)
    }
}

/// An `async fn(&mut Tx, …) -> Result<T, E>` with one to three inputs.
///
/// A trait, because neither `Fn` nor `AsyncFn` can say on stable Rust that the future that borrows the
/// transaction is `Send`, which axum asks for. Named functions fit; closures don't.
pub trait Command<'t, Inputs, T, E> {
    /// The command's future.
    type Future: Future<Output = Result<T, E>> + Send;
    /// Runs it once.
    fn run(&self, tx: &'t mut Tx, inputs: Inputs) -> Self::Future;
}

impl<'t, A, T, E, F, Fut> Command<'t, (A,), T, E> for F
where
    F: Fn(&'t mut Tx, A) -> Fut,
    Fut: Future<Output = Result<T, E>> + Send,
{
    type Future = Fut;
    fn run(&self, tx: &'t mut Tx, (a,): (A,)) -> Fut {
        self(tx, a)
    }
}

impl<'t, A, B, T, E, F, Fut> Command<'t, (A, B), T, E> for F
where
    F: Fn(&'t mut Tx, A, B) -> Fut,
    Fut: Future<Output = Result<T, E>> + Send,
{
    type Future = Fut;
    fn run(&self, tx: &'t mut Tx, (a, b): (A, B)) -> Fut {
        self(tx, a, b)
    }
}

impl<'t, A, B, C, T, E, F, Fut> Command<'t, (A, B, C), T, E> for F
where
    F: Fn(&'t mut Tx, A, B, C) -> Fut,
    Fut: Future<Output = Result<T, E>> + Send,
{
    type Future = Fut;
    fn run(&self, tx: &'t mut Tx, (a, b, c): (A, B, C)) -> Fut {
        self(tx, a, b, c)
    }
}

/// What is done around a command in its transaction: before it, and last, with what it told.
pub(crate) trait Around<T, E>: Sync {
    /// What the transaction is for, in the end.
    type Output: Send;
    /// Runs it once, before the command.
    fn first(&self, tx: &mut Tx) -> impl Future<Output = Result<(), Failure<E>>> + Send;
    /// Runs it once, after the command.
    fn last(&self, tx: &mut Tx, value: T) -> impl Future<Output = Result<Self::Output, Failure<E>>> + Send;
}

/// The command's own value is what the transaction is for.
struct Nothing;

impl<T: Send, E: Send> Around<T, E> for Nothing {
    type Output = T;

    fn first(&self, _: &mut Tx) -> impl Future<Output = Result<(), Failure<E>>> + Send {
        std::future::ready(Ok(()))
    }

    fn last(&self, _: &mut Tx, value: T) -> impl Future<Output = Result<T, Failure<E>>> + Send {
        std::future::ready(Ok(value))
    }
}

/// Why [`transactional`] gave up.
#[derive(Debug, thiserror::Error)]
pub enum Failure<E> {
    /// The command or the database said no. Everything was rolled back.
    #[error(transparent)]
    RolledBack(E),
    /// The connection was lost during the commit: nobody knows whether it took effect.
    #[error("the connection was lost during the commit: {0}")]
    OutcomeUnknown(#[source] sqlx::Error),
    /// Another request has taken the idempotency key over. Everything was rolled back.
    #[error("another request has taken the idempotency key over")]
    TakenOver,
}

/// Only what was rolled back may be sent again without looking.
impl<E> From<Failure<E>> for Problem
where
    Problem: From<E>,
{
    fn from(failure: Failure<E>) -> Self {
        match failure {
            Failure::RolledBack(error) => error.into(),
            Failure::OutcomeUnknown(error) => database::outcome_unknown(&error),
            Failure::TakenOver => idempotency::in_flight(),
        }
    }
}

/// Runs `command` in a transaction of its own: `transactional(&transactions, create_order, (&request,)).await`.
///
/// An error rolls everything back, events included. A deadlock or a lock wait runs the command again from its
/// start, [`MAX_ATTEMPTS`] times at most; that is why inputs are `Copy`, which references and ids are.
/// A connection lost during the commit is not tried again: nobody knows whether it took effect.
pub async fn transactional<C, Inputs, T, E>(
    transactions: &Transactions,
    command: C,
    inputs: Inputs,
) -> Result<T, Failure<E>>
where
    C: for<'t> Command<'t, Inputs, T, E>,
    Inputs: Copy,
    T: Send,
    E: DatabaseCause + From<sqlx::Error> + Send,
{
    transactional_with(transactions, command, inputs, &Nothing).await
}

/// The same, with something that is done around the command in the same transaction.
pub(crate) async fn transactional_with<C, Inputs, T, E, A>(
    transactions: &Transactions,
    command: C,
    inputs: Inputs,
    around: &A,
) -> Result<A::Output, Failure<E>>
where
    C: for<'t> Command<'t, Inputs, T, E>,
    Inputs: Copy,
    E: DatabaseCause + From<sqlx::Error> + Send,
    A: Around<T, E>,
{
    let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
    loop {
        let error = match attempt(transactions, &command, inputs, around).await {
            Ok(value) => return Ok(value),
            Err(Failure::RolledBack(error)) => error,
            Err(ended @ (Failure::OutcomeUnknown(_) | Failure::TakenOver)) => return Err(ended),
        };
        let conflict = error.database_cause().is_some_and(|cause| passing(cause) == Passing::Conflict);
        let delay = backoff.next_delay();
        if !conflict || backoff.attempts() == MAX_ATTEMPTS {
            return Err(Failure::RolledBack(error));
        }
        tracing::debug!(attempt = backoff.attempts(), "another transaction was in the way; the command runs again");
        tokio::time::sleep(delay).await;
    }
}

/// One begin, one run, one commit. On an error the transaction is dropped, and with that rolled back.
async fn attempt<C, Inputs, T, E, A>(
    transactions: &Transactions,
    command: &C,
    inputs: Inputs,
    around: &A,
) -> Result<A::Output, Failure<E>>
where
    C: for<'t> Command<'t, Inputs, T, E>,
    E: From<sqlx::Error>,
    A: Around<T, E>,
{
    let mut tx = transactions.begin().await.map_err(|error| Failure::RolledBack(error.into()))?;
    around.first(&mut tx).await?;
    let value = command.run(&mut tx, inputs).await.map_err(Failure::RolledBack)?;
    let value = around.last(&mut tx, value).await?;
    // An error that the server itself reports of a commit, such as a deadlock, means that it rolled back.
    tx.commit().await.map_err(|error| match passing(&error) {
        Passing::Away => Failure::OutcomeUnknown(error),
        Passing::Conflict | Passing::No => Failure::RolledBack(error.into()),
    })?;
    Ok(value)
}
