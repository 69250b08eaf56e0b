//! A service's part in the sagas, started as one: topics, relay, consumer, jobs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::consumer::batch::Processor;
use crate::consumer::{self, ConsumerError};
use crate::inbox;
use crate::jobs::Jobs;
use crate::parking::dead_letter_topic;
use crate::projection::{self, Projection};
use crate::registry::{Registry, RegistryError};
use crate::relay::Relay;
use crate::retry::Backoff;
use crate::settings::SagaSettings;
use crate::status::Status;
use crate::topics::{self, TopicError};
use crate::transaction::Transactions;

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
    /// Without a broker it waits, and what the service commits meanwhile waits in the outbox.
    ///
    /// # Errors
    /// What no waiting mends: handlers or topics that are not as they must be, a second instance of that name.
    pub async fn run(self, stop: CancellationToken) -> Result<(), ParticipantError> {
        self.registry.check()?;
        self.schedule_inbox_purge().await?;
        if !self.wait_for_topics(&stop).await? {
            return Ok(());
        }
        let Self { settings, transactions, registry, jobs, projections, instance_id, status } = self;
        status.topics_are_ready();
        // Dropped, as when this future is, the set aborts its tasks: nothing outlives the participant.
        let mut tasks: JoinSet<Result<(), ParticipantError>> = JoinSet::new();
        let relay = Relay::new(&transactions, settings.clone(), &instance_id, status.clone());
        let (relay_stop, jobs_stop, consumer_stop) = (stop.clone(), stop.clone(), stop.clone());
        tasks.spawn(async move {
            relay.run(relay_stop).await;
            Ok(())
        });
        tasks.spawn(async move { Ok(jobs.run(jobs_stop).await?) });
        for projection in projections {
            let (settings, instance_id) = (settings.clone(), instance_id.clone());
            let (clock, stop) = (transactions.clock().clone(), stop.clone());
            tasks.spawn(
                async move { Ok(projection::run(&projection, &settings, (&instance_id, &clock), &stop).await?) },
            );
        }
        let processor = Processor { transactions, registry };
        tasks.spawn(async move {
            Ok(consumer::consume(&settings, &instance_id, (processor, status), consumer_stop).await?)
        });
        while let Some(ended) = tasks.join_next().await {
            // A panic, or an end that nobody asked for: a service that only seems to take part is worse than none.
            ended.map_err(|_| ParticipantError::Died)??;
            if !stop.is_cancelled() {
                return Err(ParticipantError::Died);
            }
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

    /// False when the stop came first.
    async fn wait_for_topics(&self, stop: &CancellationToken) -> Result<bool, ParticipantError> {
        let mut names: BTreeSet<String> =
            shared_events::Topic::ALL.iter().map(|topic| self.transactions.topic_name(topic.name())).collect();
        names.insert(self.transactions.topic_name(&dead_letter_topic(self.registry.service())));
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(500));
        loop {
            // A broker that is away is heard of only after a while; a stop does not wait for that.
            let ensured = tokio::select! {
                () = stop.cancelled() => return Ok(false),
                ensured = topics::ensure(&self.settings, &names) => ensured,
            };
            let error: KafkaError = match ensured {
                Ok(()) => return Ok(true),
                Err(TopicError::Broker(error)) => error,
                Err(refused) => return Err(refused.into()),
            };
            // Topics that were made a moment ago have no leader yet: that passes at once, and is no news.
            let is_new = matches!(error, KafkaError::AdminOp(RDKafkaErrorCode::LeaderNotAvailable));
            if !is_new && backoff.attempts().is_multiple_of(5) {
                warn!(brokers = %self.settings.kafka_brokers, %error, "waiting for the broker; requests are served");
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(false),
                () = tokio::time::sleep(backoff.next_delay()) => {}
            }
        }
    }
}
