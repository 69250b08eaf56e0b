//! Topics as the configuration says: created when they are missing, checked when they are there.
//!
//! Two checks refuse to start, because both would break a promise in silence: another number of partitions moves
//! keys between partitions (and loses their order), and a topic that keeps events longer than the inbox remembers
//! them could bring an effect twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::TopicPartitionList;

use crate::settings::SagaSettings;

mod retention;
pub(crate) mod watch;

/// How long the broker may take to make topics, or to forget groups.
const ADMIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Kafka deletes whole segments, once the youngest event in one is past its time: the oldest outlives its own by a
/// segment. With so many of them in a retention that is a tenth; by default a segment is as long as a week.
const SEGMENTS: u64 = 10;

const MS_PER_HOUR: u64 = 3_600_000;

/// Why the topics are not as the configuration says.
#[derive(Debug, thiserror::Error)]
pub enum TopicError {
    /// The broker is away or refused; worth trying again.
    #[error("the broker does not answer: {0}")]
    Broker(KafkaError),
    /// The client does not know an option, or not with that value, which is not shown: it may be a secret.
    #[error("the Kafka client refuses {name}: {why} (see --kafka-option, --kafka-brokers)")]
    Option {
        /// The option.
        name: String,
        /// The client's words.
        why: String,
    },
    /// The topic exists with another number of partitions.
    #[error(
        "topic {topic} has {found} partitions and the configuration says {wanted}: set --topic-partitions {found}, \
         because a change would move keys and lose their order"
    )]
    Partitions {
        /// The topic's full name.
        topic: String,
        /// What the broker has.
        found: usize,
        /// What the configuration says.
        wanted: i32,
    },
    /// The inbox would forget an event that the topic still has.
    #[error(
        "the inbox remembers events for {inbox_hours} h, and topic {topic} keeps them for {kept}, with a retry \
         horizon of {retry_hours} h: set --inbox-retention-hours above the sum, or shorten the topic's retention.ms \
         or segment.ms"
    )]
    Retention {
        /// The topic's full name.
        topic: String,
        /// The inbox's retention.
        inbox_hours: u32,
        /// How long the topic keeps an event, in words because that may be for ever.
        kept: String,
        /// The retry horizon.
        retry_hours: u32,
    },
}

impl From<KafkaError> for TopicError {
    fn from(error: KafkaError) -> Self {
        match error {
            KafkaError::ClientConfig(_, why, name, value) => {
                let why = if value.is_empty() { why } else { why.replace(&value, "***") };
                Self::Option { name, why }
            }
            KafkaError::ClientCreation(why) => Self::Option { name: "its settings".to_owned(), why },
            error => Self::Broker(error),
        }
    }
}

/// Creates what is missing, if that may be, and checks what is there; names a topic that is missing and may not be
/// created. `topics` are full names.
pub(crate) async fn ensure(
    settings: &SagaSettings,
    topics: &BTreeSet<String>,
    may_create: bool,
) -> Result<Option<String>, TopicError> {
    let admin: Arc<AdminClient<DefaultClientContext>> = Arc::new(client_config(settings).create()?);
    let found = match look(&admin, topics).await? {
        Ok(found) => found,
        Err(missing) if !may_create => return Ok(Some(missing)),
        Err(_) => {
            create(&admin, settings, topics).await?;
            // What was created a moment ago may not be told of yet.
            look(&admin, topics).await?.map_err(|_| KafkaError::AdminOp(RDKafkaErrorCode::LeaderNotAvailable))?
        }
    };
    for topic in topics {
        check_partitions(settings, topic, found.elements_for_topic(topic).len())?;
    }
    retention::check(&admin, settings, topics).await?;
    Ok(None)
}

/// All partitions, or the name of a topic that is not there. Asked on a thread of its own, which a stop leaves alone.
async fn look(
    admin: &Arc<AdminClient<DefaultClientContext>>,
    topics: &BTreeSet<String>,
) -> Result<Result<TopicPartitionList, String>, KafkaError> {
    let (admin, topics) = (Arc::clone(admin), topics.clone());
    let asked = tokio::task::spawn_blocking(move || watch::partitions(admin.inner(), &topics));
    asked.await.unwrap_or(Err(KafkaError::Canceled))
}

/// What each client of the broker has in common.
pub(crate) fn client_config(settings: &SagaSettings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.kafka_brokers)
        .set("socket.nagle.disable", "true")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "500")
        // Else a producer that asks for a topic makes it, as the broker likes, where the broker makes topics by itself.
        .set("allow.auto.create.topics", "false")
        .set("log_level", "3");
    set_options(&mut config, settings);
    config
}

/// What the operator says of a client, which comes after all that is said here.
pub(crate) fn set_options(config: &mut ClientConfig, settings: &SagaSettings) {
    for (name, value) in &settings.kafka_options {
        config.set(name, value);
    }
}

async fn create(
    admin: &AdminClient<DefaultClientContext>,
    settings: &SagaSettings,
    topics: &BTreeSet<String>,
) -> Result<(), TopicError> {
    let retention_ms = u64::from(settings.topic_retention_hours) * MS_PER_HOUR;
    let (retention, segment) = (retention_ms.to_string(), (retention_ms / SEGMENTS).to_string());
    let wanted: Vec<NewTopic<'_>> = topics
        .iter()
        .map(|name| {
            NewTopic::new(name, settings.topic_partitions, TopicReplication::Fixed(settings.topic_replication))
                .set("retention.ms", &retention)
                .set("segment.ms", &segment)
                .set("cleanup.policy", "delete")
                // The broker's own time, and not that of whoever sent an event: a broker refuses what is an hour ahead
                // of it, and deletes on arrival what waited in an outbox for longer than topics keep events.
                .set("message.timestamp.type", "LogAppendTime")
        })
        .collect();
    for answer in admin.create_topics(&wanted, &options(ADMIN_TIMEOUT)).await? {
        match answer {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((_, code)) => return Err(TopicError::Broker(KafkaError::AdminOp(code))),
        }
    }
    Ok(())
}

fn check_partitions(settings: &SagaSettings, topic: &str, found: usize) -> Result<(), TopicError> {
    if found == 0 {
        // It was created a moment ago, and its metadata is still on its way.
        return Err(KafkaError::AdminOp(RDKafkaErrorCode::LeaderNotAvailable).into());
    }
    if usize::try_from(settings.topic_partitions).is_ok_and(|wanted| wanted == found) {
        Ok(())
    } else {
        Err(TopicError::Partitions { topic: topic.to_owned(), found, wanted: settings.topic_partitions })
    }
}

/// Has groups forget what they have read. One that has members again was forgotten by one of them.
pub(crate) async fn forget_groups(settings: &SagaSettings, groups: &[String]) -> Result<(), TopicError> {
    let admin: AdminClient<DefaultClientContext> = client_config(settings).create()?;
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    for answer in admin.delete_groups(&groups, &options(ADMIN_TIMEOUT)).await? {
        match answer {
            Ok(_) | Err((_, RDKafkaErrorCode::GroupIdNotFound | RDKafkaErrorCode::NonEmptyGroup)) => {}
            Err((_, code)) => return Err(KafkaError::AdminOp(code).into()),
        }
    }
    Ok(())
}

fn options(limit: Duration) -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(limit)).request_timeout(Some(limit))
}
