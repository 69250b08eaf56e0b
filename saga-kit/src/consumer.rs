//! The consumer: partitions in parallel, each in order, effects once, offsets after commit.
//!
//! This loop takes messages from the broker's client and hands each to the worker of its partition. A partition that
//! falls behind is paused at the client, and keeps no other waiting; only where all of them have enough, the loop takes
//! no more for a moment. Handling is [`batch`]'s, retry and parking included.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::consumer::batch::Processor;
use crate::consumer::context::{Context, Place, Revocations};
use crate::consumer::member::{leave, member_config};
use crate::consumer::message::Message;
use crate::consumer::partition::{Backlog, Partition};
use crate::consumer::taking::Taking;
use crate::metrics::STATISTICS_EVERY_MS;
use crate::settings::SagaSettings;
use crate::status::Status;

#[cfg(test)]
mod any_bytes;
mod attempt;
pub(crate) mod batch;
mod context;
pub(crate) mod member;
pub(crate) mod message;
mod partition;
pub(crate) mod taking;
pub(crate) mod turns;

/// How often partitions that have enough are looked at.
const BACKLOG_CHECK: Duration = Duration::from_millis(10);

/// Why the consumer cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// The broker's client refused its settings, or failed for good.
    #[error("the Kafka consumer failed: {0}")]
    Kafka(#[from] KafkaError),
    /// Another process has taken this instance's name.
    #[error("another instance named {0} is running: give each its own --instance-id")]
    Fenced(String),
}

/// A consumer that is fenced sooner than this after it joined has met another instance of its name.
const FENCED_AT_ONCE: Duration = Duration::from_secs(4);

/// Consumes what the service reacts to until it is asked to stop.
///
/// A broker that comes back after a session has ended takes the member's own late commit for that of another
/// instance. So whoever was there joins once more; if there is another indeed, it is the newcomer that is then
/// fenced, and gives up.
pub(crate) async fn consume(
    settings: &SagaSettings,
    instance_id: &str,
    (processor, status): (Processor, Status),
    stop: CancellationToken,
) -> Result<(), ConsumerError> {
    let transactions = &processor.transactions;
    let group = transactions.topic_name(processor.registry.service());
    let topics: Vec<String> =
        processor.registry.topics().into_iter().map(|topic| transactions.topic_name(topic)).collect();
    let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
    loop {
        let joined = Instant::now();
        let context = Context::new(status.clone(), Arc::clone(transactions.metrics()));
        let consumer = Consumer::join(settings, (&group, instance_id), &topics, (processor.clone(), context))?;
        info!(%group, instance = %instance_id, "consuming");
        let ended = consumer.run(stop.clone()).await;
        status.left_the_group();
        transactions.metrics().no_lag();
        match ended {
            Err(ConsumerError::Fenced(_)) if joined.elapsed() > FENCED_AT_ONCE => {
                warn!(instance = %instance_id, "the broker has taken this instance for another; joining again");
            }
            ended => return ended,
        }
    }
}

/// One member of a service's consumer group.
struct Consumer {
    client: Arc<StreamConsumer<Context>>,
    revocations: Revocations,
    processor: Processor,
    partitions: HashMap<Place, Partition>,
    instance_id: String,
}

impl Consumer {
    /// Joins the group of the service. `topics` are full names.
    fn join(
        settings: &SagaSettings,
        (group, instance_id): (&str, &str),
        topics: &[&str],
        (processor, (context, revocations)): (Processor, (Context, Revocations)),
    ) -> Result<Self, ConsumerError> {
        let client: StreamConsumer<Context> = member_config(settings, group, instance_id)
            .set("queued.min.messages", "1000")
            .set("statistics.interval.ms", STATISTICS_EVERY_MS)
            .create_with_context(context)?;
        client.subscribe(topics)?;
        let partitions = HashMap::new();
        Ok(Self { client: Arc::new(client), revocations, processor, partitions, instance_id: instance_id.to_owned() })
    }

    /// Runs until it is asked to stop, then lets each worker finish the batch in hand.
    async fn run(mut self, stop: CancellationToken) -> Result<(), ConsumerError> {
        let mut workers = JoinSet::new();
        let client = Arc::clone(&self.client);
        let mut backlog_check = tokio::time::interval(BACKLOG_CHECK);
        backlog_check.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let outcome = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Ok(()),
                // A worker whose partition was taken away must not start another batch: its new owner has it.
                Some(places) = self.revocations.recv() => {
                    self.revoke(&places);
                    while workers.try_join_next().is_some() {}
                }
                // Before the next message: a client that always has one must not keep a paused partition from going on.
                _ = backlog_check.tick(), if self.some_have_enough() => {
                    if let Err(fatal) = self.look_at_backlogs() {
                        break Err(fatal);
                    }
                }
                received = client.recv(), if !self.is_held() => {
                    // One poll may have served a revocation, an assignment and this message: the worker of the
                    // time before must not get it, for its queue goes with it.
                    while let Ok(places) = self.revocations.try_recv() {
                        self.revoke(&places);
                    }
                    let survived = match received {
                        Ok(message) => self.dispatch(&message, &stop, &mut workers),
                        Err(error) => self.survive(error),
                    };
                    if let Err(fatal) = survived {
                        break Err(fatal);
                    }
                }
            }
        };
        self.partitions.clear();
        while workers.join_next().await.is_some() {}
        drop(client);
        leave(self.client).await;
        outcome
    }

    /// Stops the workers of partitions that were taken away, each after the batch in hand.
    fn revoke(&mut self, places: &[Place]) {
        self.partitions.retain(|place, _| !places.contains(place));
    }

    fn dispatch(
        &mut self,
        message: &rdkafka::message::BorrowedMessage<'_>,
        stop: &CancellationToken,
        workers: &mut JoinSet<()>,
    ) -> Result<(), ConsumerError> {
        let place = (message.topic().to_owned(), message.partition());
        let partition = self.partitions.entry(place).or_insert_with(|| {
            Partition::start(Arc::clone(&self.client), self.processor.clone(), stop.child_token(), workers)
        });
        let received = Message::new(
            message.topic().to_owned(),
            (message.partition(), message.offset()),
            message.key().unwrap_or_default().to_vec(),
            message.payload().unwrap_or_default().to_vec(),
        );
        let has_enough = partition.push(Message { taking: Taking::of(message), ..received });
        if has_enough { self.look_at_backlogs() } else { Ok(()) }
    }

    fn some_have_enough(&self) -> bool {
        self.partitions.values().any(|partition| partition.backlog != Backlog::Few)
    }

    fn is_held(&self) -> bool {
        self.partitions.values().any(|partition| matches!(partition.backlog, Backlog::Enough(_)))
    }

    /// Pauses partitions that have enough, where others take more, and goes on with those that have few again.
    fn look_at_backlogs(&mut self) -> Result<(), ConsumerError> {
        let (mut pause, mut resume) = (TopicPartitionList::new(), TopicPartitionList::new());
        let mut take_more = self.partitions.values().filter(|partition| partition.backlog == Backlog::Few).count();
        let now = Instant::now();
        for ((topic, number), partition) in &mut self.partitions {
            let others = take_more - usize::from(partition.backlog == Backlog::Few);
            let (before, after) = partition.look(others > 0, now);
            take_more = others + usize::from(after == Backlog::Few);
            if before != Backlog::Paused && after == Backlog::Paused {
                pause.add_partition(topic, *number);
            }
            if before == Backlog::Paused && after != Backlog::Paused {
                resume.add_partition(topic, *number);
            }
        }
        if pause.count() > 0 {
            self.client.pause(&pause)?;
        }
        if resume.count() > 0 {
            self.client.resume(&resume)?;
        }
        Ok(())
    }

    /// The broker being away, a topic that is being made, a moved leader: all of it passes.
    fn survive(&self, error: KafkaError) -> Result<(), ConsumerError> {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::FencedInstanceId) => Err(ConsumerError::Fenced(self.instance_id.clone())),
            Some(RDKafkaErrorCode::Fatal) => Err(error.into()),
            Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown) => {
                info!(%error, "the broker is away; waiting for it");
                Ok(())
            }
            _ => {
                warn!(%error, "kafka");
                Ok(())
            }
        }
    }
}
