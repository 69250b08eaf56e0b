//! `Idempotency-Key`: a request that creates may be sent again, and creates once
//! (draft-ietf-httpapi-idempotency-key-header, docs/adr/0013-the-answer-is-remembered-where-the-thing-is-created.md).
//!
//! A request with a key claims it in a row of its own, creates and remembers its answer in one transaction, and from
//! then on the same request gets that answer. What was rolled back frees its key. A claim that nobody is at work on
//! (its row is not locked) ends with its lease, so that a crash costs whoever asks again a quarter of a second; whoever
//! takes it over makes the former owner's transaction fail, so that it does not matter whether the owner was dead indeed.

mod answer;
mod claim;
mod key;
mod problems;
mod retention;
mod store;

use axum::response::{IntoResponse, Response};
use saga_kit::Transactions;
use saga_kit::retry::{Passing, passing};

use crate::problem::Problem;
use crate::transactional::{Around, Command, DatabaseCause, Failure, transactional, transactional_with};
use answer::Answer;
use claim::{Claim, Claimed};

pub use key::{Key, Keyed, MAX_KEY_CHARS};
pub(crate) use problems::in_flight;
pub use retention::schedule;

/// Runs `command` as [`transactional`] does and answers with what `answer` makes of its value; with a key, once.
///
/// A value is remembered whatever its answer, a problem too; an error of the command is not, because it rolled
/// everything back. Without a key this costs nothing.
pub async fn idempotent<C, Inputs, T, E, R, A>(
    transactions: &Transactions,
    key: Option<&Key>,
    command: C,
    inputs: Inputs,
    answer: R,
) -> Result<Response, Problem>
where
    C: for<'t> Command<'t, Inputs, T, E>,
    Inputs: Copy,
    T: Send,
    E: DatabaseCause + From<sqlx::Error> + Send,
    Problem: From<E>,
    R: Fn(T) -> A + Sync,
    A: IntoResponse,
{
    let Some(key) = key else {
        return Ok(answer(transactional(transactions, command, inputs).await?).into_response());
    };
    let claim = match claim::begin(transactions, key).await? {
        Claimed::Now(claim) => claim,
        Claimed::Answered(response) => return Ok(response),
    };
    let remember = Remember { claim: &claim, answer: &answer };
    let failure = match transactional_with(transactions, command, inputs, &remember).await {
        Ok(response) => {
            claim.keep();
            return Ok(response);
        }
        Err(failure) => failure,
    };
    // Freed before the answer, so that whoever reads it may use the key at once. A database that is away would only
    // make them wait: then it happens behind their back, or the lease ends.
    if let Failure::RolledBack(error) = &failure
        && error.database_cause().is_none_or(|cause| passing(cause) != Passing::Away)
    {
        claim.free().await;
    }
    Err(failure.into())
}

/// The first statement of the transaction locks the claim, so that others see somebody at work; the last writes the
/// answer. Both ask for the owner's token.
struct Remember<'a, R> {
    claim: &'a Claim,
    answer: &'a R,
}

impl<T, E, R, A> Around<T, E> for Remember<'_, R>
where
    T: Send,
    E: From<sqlx::Error> + Send,
    R: Fn(T) -> A + Sync,
    A: IntoResponse,
{
    type Output = Response;

    async fn first(&self, tx: &mut saga_kit::Tx) -> Result<(), Failure<E>> {
        match self.claim.hold(tx).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::TakenOver),
            Err(error) => Err(Failure::RolledBack(error.into())),
        }
    }

    async fn last(&self, tx: &mut saga_kit::Tx, value: T) -> Result<Response, Failure<E>> {
        let response = (self.answer)(value).into_response();
        let (answer, response) = Answer::of(response).await.map_err(|error| Failure::RolledBack(error.into()))?;
        match self.claim.remember(tx, &answer).await {
            Ok(true) => Ok(response),
            Ok(false) => Err(Failure::TakenOver),
            Err(error) => Err(Failure::RolledBack(error.into())),
        }
    }
}
