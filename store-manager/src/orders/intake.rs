//! The intake: orders that clients place at the same time share a transaction.
//!
//! A commit waits for the disk, and each statement for the network. Orders that are there already go in together; none
//! waits for others to come. An order under an `Idempotency-Key` has a transaction of its own, for the key's row is in it.

use std::sync::Arc;

use saga_kit::Transactions;
use saga_kit::retry::{Passing, passing};
use saga_kit::subject::{self, Subject, about};
use service_kit::transactional::{Failure, transactional};
use shared_events::{Currency, EventBody, OrderCreated};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::commands::{Asked, Placed, create_order, create_orders};
use super::{NewOrder, OrderError};

/// Orders in one transaction at most.
const MAX_TOGETHER: usize = 64;

/// Orders that may wait; more wait with their clients.
const MAX_WAITING: usize = 1_024;

/// Transactions at the same time: while one waits for the disk, another writes.
const WORKERS: usize = 2;

type Outcome = Result<Placed, Failure<OrderError>>;

/// Takes orders in. Its workers end with its last copy.
#[derive(Clone, Debug)]
pub struct Intake {
    waiting: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    asked: Asked,
    placed: oneshot::Sender<Outcome>,
}

impl Intake {
    /// Starts its workers on the present runtime.
    #[must_use]
    pub fn start(transactions: &Transactions, currency: Currency) -> Self {
        let (waiting, orders) = mpsc::channel(MAX_WAITING);
        let orders = Arc::new(Mutex::new(orders));
        for _ in 0..WORKERS {
            tokio::spawn(work(transactions.clone(), currency, Arc::clone(&orders)));
        }
        Self { waiting }
    }

    /// Places an order, with those that come at the same time.
    ///
    /// # Errors
    /// As for [`transactional`]. An order whose client goes away before its transaction has begun is not placed.
    pub async fn place(&self, order: NewOrder) -> Outcome {
        let (placed, outcome) = oneshot::channel();
        let gone = || Failure::RolledBack(OrderError::Database(sqlx::Error::WorkerCrashed));
        let asked = Asked { order, trace: subject::current().trace };
        self.waiting.send(Waiting { asked, placed }).await.map_err(|_| gone())?;
        let outcome = outcome.await.unwrap_or_else(|_| Err(gone()));
        if let Ok(placed) = &outcome {
            note(placed);
        }
        outcome
    }
}

/// The request's log lines name the order that came of it, although another task has placed it.
fn note(placed: &Placed) {
    let (Placed::Created { correlation_id, .. } | Placed::Refused { correlation_id, .. }) = *placed;
    subject::note(|subject| {
        subject.correlation_id = Some(correlation_id);
        if let Placed::Created { order_id, .. } = *placed {
            subject.aggregate = Some((OrderCreated::AGGREGATE, order_id));
        }
    });
}

async fn work(transactions: Transactions, currency: Currency, orders: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut taken = Vec::new();
    loop {
        taken.clear();
        if orders.lock().await.recv_many(&mut taken, MAX_TOGETHER).await == 0 {
            return;
        }
        // Of a client that is gone already.
        taken.retain(|waiting: &Waiting| !waiting.placed.is_closed());
        if !taken.is_empty() {
            let together = place_together(transactions.clone(), currency, std::mem::take(&mut taken));
            // In a task of its own: a panic costs these orders an answer, and no others.
            let _ = tokio::spawn(together).await;
        }
    }
}

async fn place_together(transactions: Transactions, currency: Currency, taken: Vec<Waiting>) {
    let (orders, places): (Vec<Asked>, Vec<_>) =
        taken.into_iter().map(|Waiting { asked, placed }| (asked, placed)).unzip();
    match transactional(&transactions, create_orders, (currency, orders.as_slice())).await {
        Ok(outcomes) => {
            for (place, outcome) in places.into_iter().zip(outcomes) {
                // A client that is gone hears nothing; its order is placed.
                let _ = place.send(outcome.map_err(Failure::RolledBack));
            }
        }
        // Each alone would wait for the same server, one after the other.
        Err(Failure::RolledBack(OrderError::Database(error))) if passing(&error) == Passing::Away => {
            tell_all(places, || Failure::RolledBack(OrderError::Database(told_again(&error))));
        }
        // Nothing was written: each alone finds out for itself what is wrong.
        Err(Failure::RolledBack(_)) => {
            for (place, Asked { order, trace }) in places.into_iter().zip(&orders) {
                let request = Subject { trace: *trace, ..Subject::default() };
                let alone = transactional(&transactions, create_order, (currency, order));
                let _ = place.send(about(request, alone).await);
            }
        }
        Err(Failure::OutcomeUnknown(error)) => tell_all(places, || Failure::OutcomeUnknown(told_again(&error))),
        Err(Failure::TakenOver) => {}
    }
}

fn tell_all(places: Vec<oneshot::Sender<Outcome>>, failure: impl Fn() -> Failure<OrderError>) {
    for place in places {
        let _ = place.send(Err(failure()));
    }
}

/// An error of the connection for one more client: sqlx's cannot be cloned.
fn told_again(error: &sqlx::Error) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(error.to_string()))
}
