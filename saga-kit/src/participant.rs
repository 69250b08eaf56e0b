//! A service's part in the sagas, started as one: topics, relay, consumer, jobs.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::consumer::ConsumerError;
use crate::inbox;
use crate::jobs::Jobs;
use crate::projection::Projection;
use crate::registry::{Registry, RegistryError};
use crate::settings::SagaSettings;
use crate::status::Status;
use crate::topics::TopicError;
use crate::transaction::Transactions;

mod session;

use session::{Session, Tasks};

/// When the inbox is purged: every ten minutes, at an odd second.
const INBOX_PURGE_CRON: &str = "17 */10 * * * *";

/// Why a service cannot take its part.
#[derive(Debug, thiserror::Error)]
pub enum ParticipantError {
    /// Its handlers are not those of the saga's map.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// Its topics are not as configured.
    #[error(transparent)]
    Topics(#[from] TopicError),
    /// Its consumer failed for good.
    #[error(transparent)]
    Consumer(#[from] ConsumerError),
    /// The relay, the consumer or the jobs ended although nobody asked them to; the log says more.
    #[error("a part of the machinery has died")]
    Died,
    /// Its jobs cannot be scheduled.
    #[error("a scheduled job was refused: {0}")]
    Jobs(#[from] tokio_cron_scheduler::JobSchedulerError),
}

/// What a service brings to take its part in the sagas.
/// ```
/// use std::sync::Arc;
///
/// use saga_kit::jobs::Jobs;
/// use saga_kit::{Participant, ParticipantError, Registry, SagaSettings, Status, Transactions};
/// use tokio_util::sync::CancellationToken;
///
/// /// Relay, consumer and jobs of one service, until `stop`.
/// async fn take_part(
///     settings: SagaSettings,
///     (transactions, registry): (Transactions, Registry),
///     stop: CancellationToken,
/// ) -> Result<(), ParticipantError> {
///     let participant = Participant {
///         settings,
///         jobs: Jobs::new(transactions.clone()).await?,
///         transactions,
///         registry: Arc::new(registry),
///         projections: Vec::new(),
///         instance_id: "warehouse-1".to_owned(),
///         status: Status::default(),
///     };
///     participant.run(stop).await
/// }
/// ```
#[derive(Debug)]
pub struct Participant {
    /// The machinery's settings.
    pub settings: SagaSettings,
    /// The service's transactions.
    pub transactions: Transactions,
    /// Its handlers.
    pub registry: Arc<Registry>,
    /// Its scheduled jobs; the inbox's retention is added to them.
    pub jobs: Jobs,
    /// Its read models, each kept by a consumer group of its own.
    pub projections: Vec<Projection>,
    /// The name of this instance.
    pub instance_id: String,
    /// Where it tells how it stands.
    pub status: Status,
}

impl Participant {
    /// Runs until `stop`, then ends cleanly: each worker finishes its batch, the relay sends what it can.
    ///
    /// Without a broker, or without a topic, it waits, and what the service commits meanwhile waits in the outbox.
    ///
    /// # Errors
    /// What no waiting mends: handlers or topics that are not as they must be, a second instance of that name.
    pub async fn run(self, stop: CancellationToken) -> Result<(), ParticipantError> {
        self.registry.check()?;
        self.transactions.metrics().begin_at_zero(self.registry.events());
        self.schedule_inbox_purge().await?;
        let Self { settings, transactions, registry, jobs, projections, instance_id, status } = self;
        let session = Session { settings, transactions, registry, projections, instance_id, status };
        let topics = session.topics();
        let mut jobs = Some(jobs);
        let mut scheduled = Tasks::new();
        while session.wait_for_topics(&topics, &stop).await? {
            session.status.topics_are_ready();
            if let Some(jobs) = jobs.take() {
                let stop = stop.clone();
                scheduled.spawn(async move { Ok(jobs.run(stop).await?) });
            }
            session.run(&topics, (&mut scheduled, &stop)).await?;
        }
        while let Some(ended) = scheduled.join_next().await {
            ended.map_err(|_| ParticipantError::Died)??;
        }
        Ok(())
    }

    async fn schedule_inbox_purge(&self) -> Result<(), ParticipantError> {
        let retention = Duration::from_secs(u64::from(self.settings.inbox_retention_hours) * 3_600);
        let purge = move |transactions: Transactions| async move {
            let purged = inbox::purge(transactions.pool(), transactions.clock().now(), retention).await?;
            if purged > 0 {
                info!(purged, "the inbox forgot old events");
            }
            Ok(())
        };
        Ok(self.jobs.add("inbox-retention", INBOX_PURGE_CRON, purge).await?)
    }
}
