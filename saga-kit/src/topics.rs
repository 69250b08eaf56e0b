//! Topics as the configuration says: created when they are missing, checked when they are there.
//!
//! Two checks refuse to start, because both would break a promise in silence: another number of partitions moves
//! keys between partitions (and loses their order), and a topic that keeps events longer than the inbox remembers
//! them could bring an effect twice.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::TopicPartitionList;

use crate::settings::SagaSettings;

pub(crate) mod watch;

/// How long one question to the broker may take.
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
    check_retention(&admin, settings, topics).await?;
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
    for (name, value) in &settings.kafka_options {
        config.set(name, value);
    }
    config
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
    for answer in admin.create_topics(&wanted, &options()).await? {
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

async fn check_retention(
    admin: &AdminClient<DefaultClientContext>,
    settings: &SagaSettings,
    topics: &BTreeSet<String>,
) -> Result<(), TopicError> {
    let resources: Vec<ResourceSpecifier<'_>> = topics.iter().map(|topic| ResourceSpecifier::Topic(topic)).collect();
    let answers = admin.describe_configs(&resources, &options()).await?;
    for (topic, answer) in topics.iter().zip(answers) {
        let config = answer.map_err(KafkaError::AdminOp)?;
        // What the broker does not tell, and a retention that is negative, is for ever.
        let ms = |name| config.get(name).and_then(|entry| entry.value.as_deref()?.parse::<u64>().ok());
        inbox_outlives(settings, topic, Kept { retention_ms: ms("retention.ms"), segment_ms: ms("segment.ms") })?;
    }
    Ok(())
}

/// How long a topic keeps an event: nothing is for ever.
#[derive(Clone, Copy)]
struct Kept {
    retention_ms: Option<u64>,
    segment_ms: Option<u64>,
}

impl Kept {
    fn ms(self) -> Option<u64> {
        Some(self.retention_ms?.saturating_add(self.segment_ms?))
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = |ms: u64| ms.div_ceil(MS_PER_HOUR);
        match (self.retention_ms, self.segment_ms) {
            (Some(retention), Some(segment)) => {
                write!(f, "{} h and a segment of {} h", hours(retention), hours(segment))
            }
            _ => f.write_str("ever"),
        }
    }
}

fn inbox_outlives(settings: &SagaSettings, topic: &str, kept: Kept) -> Result<(), TopicError> {
    let inbox_ms = u64::from(settings.inbox_retention_hours) * MS_PER_HOUR;
    let retry_ms = u64::from(settings.retry_horizon_hours) * MS_PER_HOUR;
    if kept.ms().is_some_and(|ms| ms.saturating_add(retry_ms) < inbox_ms) {
        return Ok(());
    }
    Err(TopicError::Retention {
        topic: topic.to_owned(),
        inbox_hours: settings.inbox_retention_hours,
        kept: kept.to_string(),
        retry_hours: settings.retry_horizon_hours,
    })
}

/// Has groups forget what they have read. One that has members again was forgotten by one of them.
pub(crate) async fn forget_groups(settings: &SagaSettings, groups: &[String]) -> Result<(), TopicError> {
    let admin: AdminClient<DefaultClientContext> = client_config(settings).create()?;
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    for answer in admin.delete_groups(&groups, &options()).await? {
        match answer {
            Ok(_) | Err((_, RDKafkaErrorCode::GroupIdNotFound | RDKafkaErrorCode::NonEmptyGroup)) => {}
            Err((_, code)) => return Err(KafkaError::AdminOp(code).into()),
        }
    }
    Ok(())
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(ADMIN_TIMEOUT)).request_timeout(Some(ADMIN_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        saga: SagaSettings,
    }

    #[test]
    fn an_inbox_that_forgets_before_the_topic_does_is_refused() {
        let settings = Cli::parse_from(["x", "--inbox-retention-hours", "48", "--retry-horizon-hours", "24"]).saga;
        let hours = |retention: u64, segment: u64| Kept {
            retention_ms: Some(retention * MS_PER_HOUR),
            segment_ms: Some(segment * MS_PER_HOUR),
        };
        assert!(inbox_outlives(&settings, "t", hours(21, 2)).is_ok());
        let longer = inbox_outlives(&settings, "t", hours(22, 2)).expect_err("48 h in all").to_string();
        assert!(longer.contains("keeps them for 22 h and a segment of 2 h, with a retry horizon of 24 h"), "{longer}");
        assert!(inbox_outlives(&settings, "t", hours(10, 168)).is_err(), "segments of Kafka's default");
        let endless = Kept { retention_ms: None, segment_ms: Some(1) };
        let endless = inbox_outlives(&settings, "t", endless).expect_err("endless").to_string();
        assert!(endless.contains("for ever"), "{endless}");
    }
}
