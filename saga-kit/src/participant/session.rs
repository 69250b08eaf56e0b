//! What runs as long as the topics are the ones that they were: the relay, the consumer, the projections.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::ParticipantError;
use crate::consumer;
use crate::consumer::batch::Processor;
use crate::consumer::turns::Turns;
use crate::parking::dead_letter_topic;
use crate::projection::{self, Projection};
use crate::registry::Registry;
use crate::relay::Relay;
use crate::retry::Backoff;
use crate::settings::SagaSettings;
use crate::status::Status;
use crate::topics::watch::{self, GRACE, Gone};
use crate::topics::{self, TopicError};
use crate::transaction::Transactions;

/// The tasks of a participant; dropped, as when the participant is, the set aborts them.
pub(super) type Tasks = JoinSet<Result<(), ParticipantError>>;

/// A participant without its jobs, which go on without topics.
pub(super) struct Session {
    pub settings: SagaSettings,
    pub transactions: Transactions,
    pub registry: Arc<Registry>,
    pub projections: Vec<Projection>,
    pub instance_id: String,
    pub status: Status,
}

impl Session {
    /// The full names of all topics that it needs.
    pub fn topics(&self) -> BTreeSet<String> {
        let shared = self.registry.map().topics().into_iter().map(|topic| topic.name().to_owned());
        let own = dead_letter_topic(self.registry.service());
        shared.chain([own]).map(|topic| self.transactions.topic_name(&topic)).collect()
    }

    /// Runs until `stop`, or until a topic is gone.
    pub async fn run(
        &self,
        topics: &BTreeSet<String>,
        (jobs, stop): (&mut Tasks, &CancellationToken),
    ) -> Result<(), ParticipantError> {
        let own_stop = stop.child_token();
        let mut tasks = self.start(&own_stop);
        let gone = tokio::select! {
            ended = all_end(&mut tasks, stop) => { ended?; None }
            ended = all_end(jobs, stop) => { ended?; None }
            gone = watch::until_gone(&self.settings, (self.transactions.clock(), &self.status), topics) => Some(gone?),
        };
        own_stop.cancel();
        if let Some(gone) = &gone {
            self.tell_of(gone);
        }
        all_end(&mut tasks, &own_stop).await?;
        if matches!(gone, Some(Gone::MadeAnew(_))) {
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.begin_at_the_beginning() => {}
            }
        }
        Ok(())
    }

    /// What a group has read of a topic that was made anew in an instant, is the old topic's: it is forgotten. What
    /// then comes again from the other topics, the inbox knows.
    async fn begin_at_the_beginning(&self) {
        let own = self.transactions.topic_name(self.registry.service());
        let projections = self.projections.iter().map(|projection| self.transactions.topic_name(projection.name));
        let groups: Vec<String> = projections.chain([own]).collect();
        tokio::time::sleep(GRACE).await;
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));
        while let Err(error) = topics::forget_groups(&self.settings, &groups).await {
            warn!(%error, "what was read of a topic that was made anew is not forgotten yet");
            tokio::time::sleep(backoff.next_delay()).await;
        }
    }

    fn start(&self, stop: &CancellationToken) -> Tasks {
        let Self { settings, transactions, registry, projections, instance_id, status } = self;
        let mut tasks = Tasks::new();
        let relay = Relay::new(transactions, settings.clone(), instance_id, status.clone());
        let relay_stop = stop.clone();
        tasks.spawn(async move {
            relay.run(relay_stop).await;
            Ok(())
        });
        for projection in projections.clone() {
            let (settings, instance_id, map) = (settings.clone(), instance_id.clone(), registry.map());
            let (clock, stop) = (transactions.clock().clone(), stop.clone());
            tasks.spawn(async move {
                Ok(projection::run(&projection, &settings, (&instance_id, &clock), &map.topics(), &stop).await?)
            });
        }
        let processor =
            Processor { transactions: transactions.clone(), registry: Arc::clone(registry), turns: Turns::new() };
        let (settings, instance_id, status) = (settings.clone(), instance_id.clone(), status.clone());
        let stop = stop.clone();
        tasks.spawn(async move { Ok(consumer::consume(&settings, &instance_id, (processor, status), stop).await?) });
        tasks
    }

    /// Waits until the topics are there and as configured; false when the stop came first.
    ///
    /// Where this service has handled events before, a topic that is missing was deleted.
    pub async fn wait_for_topics(
        &self,
        topics: &BTreeSet<String>,
        stop: &CancellationToken,
    ) -> Result<bool, ParticipantError> {
        // A server that is away is heard of only after a while; a stop does not wait for that.
        tokio::select! {
            () = stop.cancelled() => Ok(false),
            there = self.topics_are_there(topics) => there.map(|()| true),
        }
    }

    async fn topics_are_there(&self, topics: &BTreeSet<String>) -> Result<(), ParticipantError> {
        let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(500));
        let mut may_create = !self.has_handled_events().await;
        loop {
            let error: KafkaError = match self.ensure(topics, &mut may_create).await {
                Ok(()) => return Ok(()),
                Err(TopicError::Broker(error)) => error,
                Err(refused) => return Err(refused.into()),
            };
            // Topics that were made a moment ago have no leader yet: that passes at once, and is no news.
            let is_new = matches!(error, KafkaError::AdminOp(RDKafkaErrorCode::LeaderNotAvailable));
            if !is_new && backoff.attempts().is_multiple_of(5) {
                warn!(brokers = %self.settings.kafka_brokers, %error, "waiting for the broker; requests are served");
            }
            tokio::time::sleep(backoff.next_delay()).await;
        }
    }

    /// Makes what is missing, once everybody has seen that it is; from then on `may_create`.
    async fn ensure(&self, topics: &BTreeSet<String>, may_create: &mut bool) -> Result<(), TopicError> {
        if let Some(topic) = topics::ensure(&self.settings, topics, *may_create).await? {
            self.tell_of(&Gone::Deleted(topic));
            tokio::time::sleep(GRACE).await;
            *may_create = true;
            topics::ensure(&self.settings, topics, true).await?;
        }
        Ok(())
    }

    /// Without an answer it may have: then a missing topic is waited for in vain, and nothing worse.
    async fn has_handled_events(&self) -> bool {
        let any = sqlx::query_scalar("SELECT EXISTS(SELECT 1 FROM inbox)").fetch_one(self.transactions.pool()).await;
        any.unwrap_or(true)
    }

    fn tell_of(&self, gone: &Gone) {
        error!(%gone, "what the topic held and nobody had read is lost; events wait in the outbox until it is there");
        self.status.topic_is_gone(gone, GRACE);
    }
}

/// Waits until all tasks have ended; one that ends although nobody asked it to is an error.
async fn all_end(tasks: &mut Tasks, stop: &CancellationToken) -> Result<(), ParticipantError> {
    while let Some(ended) = tasks.join_next().await {
        // A panic, or an end that nobody asked for: a service that only seems to take part is worse than none.
        ended.map_err(|_| ParticipantError::Died)??;
        if !stop.is_cancelled() {
            return Err(ParticipantError::Died);
        }
    }
    Ok(())
}
