//! Whether the topics are still the ones that they were: a topic that somebody deletes, or makes anew, is nothing that
//! the broker tells its clients.
//!
//! What matters are the places in it that the clients remember. Kafka's client goes on at the old place in a new topic
//! of the same name if that has so many events by then, and passes over those before it. So whoever finds a topic gone
//! must let go of its clients, and a topic is made again only after [`GRACE`], in which all have found it gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tracing::debug;

use super::{TopicError, client_config};
use crate::clock::Clock;
use crate::settings::SagaSettings;
use crate::status::Status;

/// How often the topics are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How long one question may take.
const LIMIT: Duration = Duration::from_secs(1);
/// How long a topic is left alone, so that every member finds out: several looks, and more than the session of one that
/// stands still, which then has to join its group again.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// What became of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// It is not there.
    Deleted(String),
    /// It is another of the same name.
    MadeAnew(String),
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deleted(topic) => write!(f, "topic {topic} was deleted"),
            Self::MadeAnew(topic) => write!(f, "topic {topic} was deleted and made anew"),
        }
    }
}

/// An offset in each partition of each topic.
type Offsets = BTreeMap<(String, i32), i64>;

/// How many events the partitions had before a moment, in milliseconds. In one and the same topic that never becomes
/// less, whoever's clock is wrong; in a new one it is none.
#[derive(Clone, Debug, Default)]
struct Mark {
    moment: i64,
    before: Offsets,
}

/// A client that asks for nothing but how the topics stand.
struct Watch {
    /// None only while it is dropped.
    client: Option<Arc<BaseConsumer>>,
    topics: BTreeSet<String>,
}

/// Looks again and again until a topic is gone. While the broker is away nothing is known of its topics.
pub(crate) async fn until_gone(
    settings: &SagaSettings,
    (clock, status): (&Clock, &Status),
    topics: &BTreeSet<String>,
) -> Result<Gone, TopicError> {
    let watch = Watch::new(settings, topics)?;
    let mut mark = Mark::default();
    loop {
        tokio::time::sleep(EVERY).await;
        let (last, now) = (mark.clone(), clock.now());
        let moment = now.timestamp_millis();
        match watch.ask(move |client, topics| look(client, topics, (&last, moment))).await {
            Ok(Ok(new)) => {
                mark = new;
                status.topics_are_seen(now);
            }
            Ok(Err(gone)) => return Ok(gone),
            Err(error) => debug!(%error, "the topics cannot be looked at"),
        }
    }
}

impl Watch {
    fn new(settings: &SagaSettings, topics: &BTreeSet<String>) -> Result<Self, TopicError> {
        Ok(Self { client: Some(Arc::new(client_config(settings).create()?)), topics: topics.clone() })
    }

    /// Asks a question that blocks its thread.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&BaseConsumer, &BTreeSet<String>) -> Result<T, KafkaError> + Send + 'static,
    ) -> Result<T, KafkaError> {
        let (client, topics) = (self.client.clone(), self.topics.clone());
        let asked = tokio::task::spawn_blocking(move || match client {
            Some(client) => question(&client, &topics),
            None => Err(KafkaError::Canceled),
        });
        asked.await.unwrap_or(Err(KafkaError::Canceled))
    }
}

impl Drop for Watch {
    /// On a thread of its own: ending a client waits for the broker, and a stop must not.
    fn drop(&mut self) {
        let client = self.client.take();
        std::thread::spawn(move || drop(client));
    }
}

/// Holds the topics against the last mark, and makes a new one.
fn look(
    client: &BaseConsumer,
    topics: &BTreeSet<String>,
    (last, moment): (&Mark, i64),
) -> Result<Result<Mark, Gone>, KafkaError> {
    let places = match partitions(client.client(), topics)? {
        Ok(places) => places,
        Err(topic) => return Ok(Err(Gone::Deleted(topic))),
    };
    // First, so that what comes meanwhile is not counted as having been there before the moment.
    let ends = offsets(client, &places, Offset::End, &Offsets::new())?;
    let now = offsets(client, &places, Offset::Offset(last.moment), &ends)?;
    let less = last.before.iter().find(|(place, before)| now.get(*place).is_some_and(|now| now < *before));
    if let Some(((topic, _), _)) = less {
        return Ok(Err(Gone::MadeAnew(topic.clone())));
    }
    Ok(Ok(Mark { moment, before: offsets(client, &places, Offset::Offset(moment), &ends)? }))
}

/// All partitions, or the name of a topic that is not there.
pub(super) fn partitions<C: ClientContext>(
    client: &Client<C>,
    topics: &BTreeSet<String>,
) -> Result<Result<TopicPartitionList, String>, KafkaError> {
    let mut places = TopicPartitionList::new();
    for topic in topics {
        let metadata = client.fetch_metadata(Some(topic), LIMIT)?;
        let Some(found) = metadata.topics().first() else { continue };
        if found.error().map(RDKafkaErrorCode::from) == Some(RDKafkaErrorCode::UnknownTopicOrPartition) {
            return Ok(Err(topic.clone()));
        }
        for partition in found.partitions() {
            places.add_partition(topic, partition.id());
        }
    }
    Ok(Ok(places))
}

/// The offset of each partition's first event from `moment` on, which may be its end; of one that has none so late, the
/// end that is known.
fn offsets(
    client: &BaseConsumer,
    places: &TopicPartitionList,
    moment: Offset,
    ends: &Offsets,
) -> Result<Offsets, KafkaError> {
    let mut asked = places.clone();
    asked.set_all_offsets(moment)?;
    let mut found = Offsets::new();
    for place in client.offsets_for_times(asked, LIMIT)?.elements() {
        let name = (place.topic().to_owned(), place.partition());
        let offset = match place.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => ends.get(&name).copied(),
        };
        found.extend(offset.map(|offset| (name, offset)));
    }
    Ok(found)
}
