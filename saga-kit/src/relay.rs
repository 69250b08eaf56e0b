//! The relay: takes what the outbox holds to Kafka, in order, and deletes what arrived.
//!
//! One instance relays at a time, by [`lease`]. The table is the truth: nothing is remembered between sessions, so
//! a relay that is killed at any instruction costs duplicates with the same event id, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use sqlx::MySqlPool;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::metrics::{Metrics, RelayFailure};
use crate::parking::dead_letter_topic;
use crate::retry::Backoff;
use crate::settings::SagaSettings;
use crate::status::Status;
use crate::transaction::{Committed, Transactions};

mod lease;
mod publisher;
mod reader;
mod seen;
mod sending;
mod session;
mod window;

use lease::{Lease, RENEW_EVERY};
use publisher::Publisher;
use session::{Session, SessionEnd};

/// Connections of the relay's own: one reads, one deletes, one renews the lease. In the service's pool a rush of
/// requests would make them queue, and a lease that is not renewed in time is lost.
const CONNECTIONS: u32 = 3;

/// Between two sessions that fail; one that lasted longer than the cap begins anew.
const BACKOFF_BASE: Duration = Duration::from_millis(50);
const BACKOFF_CAP: Duration = Duration::from_secs(1);

/// The relay of one instance.
pub(crate) struct Relay {
    pool: MySqlPool,
    source: &'static str,
    /// One of the service's.
    topic: String,
    settings: SagaSettings,
    lease: Lease,
    wake: Arc<Notify>,
    committed: Arc<Committed>,
    status: Status,
    metrics: Arc<Metrics>,
    clock: Clock,
}

impl Relay {
    /// For the instance of that name.
    pub fn new(transactions: &Transactions, settings: SagaSettings, instance_id: &str, status: Status) -> Self {
        let shared = transactions.pool();
        let pool = shared
            .options()
            .clone()
            .max_connections(CONNECTIONS)
            .connect_lazy_with((*shared.connect_options()).clone());
        let lease = Lease::new(pool.clone(), instance_id.to_owned());
        let (metrics, clock) = (Arc::clone(transactions.metrics()), transactions.clock().clone());
        let source = transactions.service_name();
        let (wake, committed) = (transactions.relay_wake(), transactions.committed());
        let topic = transactions.topic_name(&dead_letter_topic(source));
        Self { pool, source, topic, settings, lease, wake, committed, status, metrics, clock }
    }

    /// Waits for the lease, relays while it is held, and begins again, until it is asked to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
        while let Some(until) = self.wait_for_lease(&stop).await {
            let publisher = match Publisher::new(&self.settings, (self.source, &self.topic)) {
                Ok(publisher) => publisher,
                Err(error) => {
                    warn!(%error, "the Kafka producer cannot be made");
                    self.metrics.relay_failed(RelayFailure::ProducerFailed);
                    tokio::time::sleep(backoff.next_delay()).await;
                    continue;
                }
            };
            info!("relaying");
            let began = Instant::now();
            self.relaying(true);
            let session = Session::new(
                self.pool.clone(),
                publisher,
                (Arc::clone(&self.committed), Arc::clone(&self.metrics), self.clock.clone()),
            );
            let end = tokio::select! {
                end = session.run((&self.wake, self.settings.relay_poll()), &stop) => end,
                () = self.keep_lease(until) => SessionEnd::LeaseLost,
            };
            self.relaying(false);
            if began.elapsed() > BACKOFF_CAP {
                backoff.reset();
            }
            if let Some(failure) = end.failure() {
                self.metrics.relay_failed(failure);
            }
            match end {
                SessionEnd::Stopped => break,
                SessionEnd::LeaseLost => info!("no longer relaying: the lease is lost"),
                end => {
                    warn!(%end, "the relay begins again");
                    tokio::time::sleep(backoff.next_delay()).await;
                }
            }
        }
        if let Err(error) = self.lease.release().await {
            warn!(%error, "the relay's lease was not released; it ends by itself");
        }
    }

    fn relaying(&self, relaying: bool) {
        self.status.relaying(relaying);
        self.metrics.relaying(relaying);
    }

    async fn wait_for_lease(&self, stop: &CancellationToken) -> Option<Instant> {
        loop {
            match self.lease.take().await {
                Ok(Some(until)) => return Some(until),
                Ok(None) => {}
                Err(error) => {
                    warn!(%error, "the relay cannot ask for its lease");
                    self.metrics.relay_failed(RelayFailure::DatabaseFailed);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return None,
                () = tokio::time::sleep(RENEW_EVERY) => {}
            }
        }
    }

    /// Renews until a renewal is refused, or none came through before the lease ended by this process's clock.
    async fn keep_lease(&self, mut until: Instant) {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            match tokio::time::timeout_at(until, self.lease.take()).await {
                Ok(Ok(Some(renewed))) => until = renewed,
                Ok(Ok(None)) | Err(_) => return,
                Ok(Err(error)) => {
                    warn!(%error, "the relay's lease was not renewed");
                    if Instant::now() >= until {
                        return;
                    }
                }
            }
        }
    }
}
