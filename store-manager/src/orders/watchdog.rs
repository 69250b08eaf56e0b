//! The watch over sagas that have not ended in time: counted, listed with the step they wait for and why, and told of
//! in the log once when they become overdue and once when they are over. It repairs nothing: what it saw wrong would be
//! gone, and with it the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use saga_kit::jobs::{JobSchedulerError, Jobs};
use saga_kit::metrics::TableMetrics;
use saga_kit::{BoxError, SagaSettings, Transactions};
use sqlx::MySqlConnection;
use tracing::{info, warn};

use super::queries::{OverdueSaga, overdue_sagas};
use super::{metrics, store};

mod reasons;
mod routes;

use reasons::Reasons;

/// The name of its job, and of the lock under which one instance does it.
const NAME: &str = "saga-watchdog";

/// When it looks: every five seconds, far more often than a saga becomes overdue.
const CRON: &str = "*/5 * * * * *";

/// Open sagas are counted up to here, because a server counts by reading.
const MAX_COUNTED: u32 = 100_000;

/// Knows when a saga is overdue.
#[derive(Clone, Debug)]
pub struct Watchdog {
    overdue_after: Duration,
    /// To ask the broker who is there.
    settings: SagaSettings,
}

impl Watchdog {
    /// Sagas are overdue when they have not ended so long after they began.
    #[must_use]
    pub fn new(overdue_after: Duration, settings: &SagaSettings) -> Self {
        Self { overdue_after, settings: settings.clone() }
    }

    /// Has it look again and again, by one instance at a time.
    ///
    /// # Errors
    /// The schedule is refused.
    pub async fn schedule(&self, jobs: &Jobs) -> Result<(), JobSchedulerError> {
        let watchdog = self.clone();
        jobs.add(NAME, CRON, move |transactions| {
            let watchdog = watchdog.clone();
            async move { watchdog.look(&transactions).await }
        })
        .await
    }

    /// Tells the log of sagas that have become overdue since the last look, and of those that are it no more.
    ///
    /// Told first and noted then: a process that dies between the two tells once more rather than never.
    ///
    /// # Errors
    /// The database's.
    pub async fn look(&self, transactions: &Transactions) -> Result<(), BoxError> {
        let mut connection = transactions.pool().acquire().await?;
        let now = transactions.clock().now();
        let overdue = self.overdue(&mut connection, now).await?;
        let noticed = store::noticed_overdue(&mut connection).await?;
        let new: Vec<OverdueSaga> =
            overdue.iter().filter(|saga| !noticed.contains_key(&saga.correlation_id)).cloned().collect();
        if !new.is_empty() {
            let reasons = Reasons::of(&self.settings, &mut connection, &new).await?;
            for saga in &new {
                let OverdueSaga { order_id, correlation_id, waits_for, waits_for_service, .. } = saga;
                let (status, since, why) = (saga.status.name(), saga.overdue_since.to_rfc3339(), reasons.why(saga));
                warn!(order_id, %correlation_id, status, since, waits_for, waits_for_service, why, "a saga is overdue");
            }
            store::note_overdue(&mut connection, &new, now).await?;
        }
        let still: BTreeSet<_> = overdue.iter().map(|saga| saga.correlation_id).collect();
        let over: Vec<_> = noticed.into_iter().filter(|(saga, _)| !still.contains(saga)).collect();
        for (correlation_id, order_id) in &over {
            info!(order_id, %correlation_id, "a saga that was overdue is over");
        }
        store::forget_overdue(&mut connection, over.into_iter().map(|(saga, _)| saga).collect()).await?;
        Ok(())
    }

    async fn overdue(
        &self,
        connection: &mut MySqlConnection,
        now: DateTime<Utc>,
    ) -> Result<Vec<OverdueSaga>, sqlx::Error> {
        overdue_sagas(connection, (now, self.overdue_after)).await
    }

    async fn count(&self, connection: &mut MySqlConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let in_flight = store::count_open_sagas(connection, MAX_COUNTED).await?;
        let overdue = self.overdue(connection, now).await?;
        metrics::show_open_sagas(in_flight, &by_step(&overdue));
        Ok(())
    }
}

impl TableMetrics for Watchdog {
    fn read<'a>(
        &'a self,
        connection: &'a mut MySqlConnection,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(self.count(connection, now))
    }

    fn are_unknown(&self) {
        metrics::open_sagas_are_unknown();
    }
}

fn by_step(overdue: &[OverdueSaga]) -> BTreeMap<&'static str, u32> {
    let mut counts = BTreeMap::new();
    for saga in overdue {
        *counts.entry(saga.waits_for).or_default() += 1;
    }
    counts
}
