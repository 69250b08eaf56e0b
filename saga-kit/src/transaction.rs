//! Transactions that commit their events with their rows.
//!
//! There are two owners of a transaction and no more: the wrapper around a request, and the event consumer. A
//! command borrows the [`Tx`], changes rows through it and hands its events to [`Tx::emit`]; it never begins,
//! commits or talks to Kafka.

mod committed;
mod open;
mod tx;

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::MySqlPool;
use tokio::sync::Notify;

use crate::clock::{Clock, Ids};
use crate::metrics::Metrics;
use crate::subject;

pub(crate) use self::committed::Committed;
use self::open::{Begun, Open};
use self::tx::AfterCommit;
pub use self::tx::Tx;

/// Begins transactions for one service; cheap to clone.
/// ```
/// use saga_kit::{BoxError, Transactions};
/// use shared_events::OrderPaid;
///
/// /// The row and its event are written together, or neither is.
/// async fn mark_as_paid(transactions: &Transactions, paid: &OrderPaid) -> Result<(), BoxError> {
///     let mut tx = transactions.begin().await?;
///     sqlx::query("UPDATE orders SET is_paid = TRUE WHERE id = ?").bind(paid.order_id).execute(&mut *tx).await?;
///     tx.emit(paid)?;
///     Ok(tx.commit().await?)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Transactions {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pool: MySqlPool,
    begun: Begun,
    service_name: &'static str,
    topic_prefix: String,
    clock: Clock,
    ids: Ids,
    relay_wake: Arc<Notify>,
    committed: Arc<Committed>,
    metrics: Arc<Metrics>,
}

impl Transactions {
    /// For the service of that name, on its database; `topic_prefix` stands before each topic's name.
    #[must_use]
    pub fn new(pool: MySqlPool, service_name: &'static str, topic_prefix: &str) -> Self {
        Self::with_sources(pool, service_name, topic_prefix, (Clock::system(), Ids::v7()))
    }

    /// The same, with the time and the ids that a test wants.
    #[must_use]
    pub fn with_sources(
        pool: MySqlPool,
        service_name: &'static str,
        topic_prefix: &str,
        (clock, ids): (Clock, Ids),
    ) -> Self {
        let topic_prefix = topic_prefix.to_owned();
        let (relay_wake, committed, metrics) = (Arc::new(Notify::new()), Arc::default(), Arc::default());
        let begun = open::begun(&pool);
        Self {
            shared: Arc::new(Shared {
                pool,
                begun,
                service_name,
                topic_prefix,
                clock,
                ids,
                relay_wake,
                committed,
                metrics,
            }),
        }
    }

    /// Opens a transaction that begins a saga of its own, in the trace of the request at hand.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        let open = Open::begin(&self.shared.pool, &self.shared.begun).await?;
        let correlation_id = self.shared.ids.next();
        Ok(Tx {
            open,
            shared: Arc::clone(&self.shared),
            correlation_id,
            causation_id: None,
            trace: subject::current().trace,
            traces: HashMap::new(),
            emitted: Vec::new(),
            after: AfterCommit::default(),
        })
    }

    /// The service's pool, for reads that need no transaction.
    #[must_use]
    pub fn pool(&self) -> &MySqlPool {
        &self.shared.pool
    }

    /// The service's name, as its events carry it.
    #[must_use]
    pub fn service_name(&self) -> &'static str {
        self.shared.service_name
    }

    /// The service's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// What the machinery of this service counts.
    #[must_use]
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.shared.metrics
    }

    /// A topic's full name.
    pub(crate) fn topic_name(&self, topic: &str) -> String {
        format!("{}{topic}", self.shared.topic_prefix)
    }

    /// Told at each commit that emitted, so that the relay in this process need not wait for its poll.
    pub(crate) fn relay_wake(&self) -> Arc<Notify> {
        Arc::clone(&self.shared.relay_wake)
    }

    /// The latest events whose commit has returned.
    pub(crate) fn committed(&self) -> Arc<Committed> {
        Arc::clone(&self.shared.committed)
    }
}
