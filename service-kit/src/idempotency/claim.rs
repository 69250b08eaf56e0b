//! [`Claim`]: who is at work on a key. Taken in a transaction of its own, before the one that creates.

use std::time::Duration;

use axum::response::Response;
use saga_kit::clock::Ids;
use saga_kit::{Transactions, Tx};
use sqlx::MySqlPool;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::answer::Answer;
use super::key::Key;
use super::problems;
use super::store::{self, Row};
use crate::database;
use crate::problem::Problem;
use crate::transactional::{Failure, transactional};

/// How long a claim holds that nobody is at work on: ample time from the claim to the first statement under it, which
/// locks it. A lock ends with its connection, so that the claims of a process that died are free after this: it is part
/// of what a crash costs a client. An owner that is slower than this may lose its claim, and nothing else.
pub(super) const LEASE: Duration = Duration::from_millis(250);

/// What a request with a key finds.
pub(super) enum Claimed {
    /// It is the one to do the work.
    Now(Claim),
    /// The work is done; this is its answer.
    Answered(Response),
}

/// The right to answer for a key. Dropped, as when the client goes or the time is up, it frees the key.
pub(super) struct Claim {
    pool: MySqlPool,
    key: String,
    owner: Uuid,
    is_open: bool,
}

impl Claim {
    /// Locks the claim for the transaction that creates; false when another request has taken the key over.
    pub(super) async fn hold(&self, tx: &mut Tx) -> Result<bool, sqlx::Error> {
        store::hold(tx, &self.key, self.owner).await
    }

    /// Writes the answer in the transaction that creates; false when another request has taken the key over, and
    /// the transaction must not commit.
    pub(super) async fn remember(&self, tx: &mut Tx, answer: &Answer) -> Result<bool, sqlx::Error> {
        store::remember(tx, &self.key, self.owner, &answer.to_text()).await
    }

    /// The transaction has committed: the key stays.
    pub(super) fn keep(mut self) {
        self.is_open = false;
    }

    /// The transaction was rolled back: the key is as if it had never been used.
    pub(super) async fn free(mut self) {
        self.is_open = false;
        free(&self.pool, &self.key, self.owner).await;
    }
}

impl Drop for Claim {
    /// The statement waits for the row while the transaction may still commit, and then finds it answered or not:
    /// what was created keeps its key, whenever this runs.
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            let (pool, key, owner) = (self.pool.clone(), std::mem::take(&mut self.key), self.owner);
            runtime.spawn(async move { free(&pool, &key, owner).await });
        }
    }
}

async fn free(pool: &MySqlPool, key: &str, owner: Uuid) {
    if let Err(error) = store::free(pool, key, owner).await {
        tracing::debug!(%error, "a key could not be freed; its lease will end");
    }
}

/// Claims the key, or says what became of the request that has it.
pub(super) async fn begin(transactions: &Transactions, key: &Key) -> Result<Claimed, Problem> {
    // Before the row is there, so that no moment is left at which a client could go and leave it behind.
    let (pool, owner) = (transactions.pool().clone(), Ids::v7().next());
    let claim = Claim { pool, key: key.as_str().to_owned(), owner, is_open: true };
    let found = match transactional(transactions, take, (key, owner)).await {
        Ok(found) => found,
        Err(Failure::RolledBack(error) | Failure::OutcomeUnknown(error)) => return Err(database::problem(&error)),
        Err(Failure::TakenOver) => Found::InFlight,
    };
    if matches!(found, Found::Free) {
        return Ok(Claimed::Now(claim));
    }
    claim.keep();
    match found {
        Found::Answered(text) => Answer::read(&text).map(|answer| Claimed::Answered(answer.replay(key.reader()))),
        Found::OtherRequest => Err(problems::reused()),
        Found::InFlight | Found::Free => Err(problems::in_flight()),
    }
}

/// What stands at a key.
#[derive(Debug)]
enum Found {
    /// Nothing that counts; it is claimed now.
    Free,
    /// A request that is not answered yet.
    InFlight,
    /// Another request, answered or not.
    OtherRequest,
    /// The same request, answered.
    Answered(String),
}

/// Looks, and claims what is free. That the look may be out of date by the time of the write, the write finds out.
async fn take(tx: &mut Tx, key: &Key, owner: Uuid) -> Result<Found, sqlx::Error> {
    let now = tx.now();
    let row = match store::find(tx, key.as_str(), now).await? {
        Some(row) => row,
        None if store::insert(tx, key, owner, (now, now + LEASE)).await? => return Ok(Found::Free),
        // Another request was quicker, or has already freed it again: then it may be tried again in a moment.
        None => match store::find(tx, key.as_str(), now).await? {
            Some(row) => row,
            None => return Ok(Found::InFlight),
        },
    };
    match row {
        // Nothing was created under it, so that it may stand for anything now, as a key that was freed may.
        Row { is_expired: true, answer: None, owner: former, .. } if store::is_deserted(tx, key.as_str()).await? => {
            let taken = store::take_over(tx, key, (former, owner), (now, now + LEASE)).await?;
            Ok(if taken { Found::Free } else { Found::InFlight })
        }
        Row { fingerprint, .. } if fingerprint != key.fingerprint() => Ok(Found::OtherRequest),
        Row { answer: Some(text), .. } => Ok(Found::Answered(text)),
        Row { answer: None, .. } => Ok(Found::InFlight),
    }
}
