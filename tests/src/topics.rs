//! The topics of one store as an outsider sees them: what they hold, and what somebody else puts on them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use futures::future::try_join_all;
use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use shared_events::{Envelope, Topic};
use uuid::Uuid;

use crate::wait::wait_until;

mod tail;

use tail::{Tail, partitions};

const BROKER_LIMIT: Duration = Duration::from_secs(10);

/// The topics whose names begin with one prefix.
pub struct Topics {
    brokers: String,
    prefix: String,
    tails: Mutex<HashMap<String, Tail>>,
}

/// A message as it lies on a topic.
#[derive(Clone, Debug)]
pub struct Record {
    /// The partition it lies on.
    pub partition: i32,
    /// Its place there.
    pub offset: i64,
    /// Its key; empty when it has none.
    pub key: Vec<u8>,
    /// Its bytes.
    pub payload: Vec<u8>,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
}

impl Record {
    /// The envelope, if it is one.
    pub fn envelope(&self) -> Option<Envelope> {
        Envelope::decode(&self.payload).ok()
    }
}

impl Topics {
    pub(crate) fn new(brokers: &str, prefix: &str) -> Self {
        Self { brokers: brokers.to_owned(), prefix: prefix.to_owned(), tails: Mutex::default() }
    }

    /// The broker.
    #[must_use]
    pub fn brokers(&self) -> &str {
        &self.brokers
    }

    /// A topic's or group's full name.
    pub fn full_name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// All that a topic holds now, each partition in its order; nothing while the topic is not there.
    pub fn records(&self, topic: &str) -> Vec<Record> {
        let mut tails = self.tails.lock().expect("no test thread panicked in here");
        if !tails.contains_key(topic) {
            let Some(tail) = Tail::new(&self.config(), &self.full_name(topic)) else { return Vec::new() };
            tails.insert(topic.to_owned(), tail);
        }
        tails.get_mut(topic).map(Tail::catch_up).unwrap_or_default()
    }

    /// The events of the saga's topic with that key, each once, in their order.
    pub fn events_of(&self, key: &str) -> Vec<Envelope> {
        let mut seen = HashSet::new();
        let records = self.records(Topic::ORDER_SAGA_EVENTS.name());
        let events = records.iter().filter(|record| record.key == key.as_bytes()).filter_map(Record::envelope);
        events.filter(|event| seen.insert(event.event_id)).collect()
    }

    /// Puts messages on a topic, in that order for each key, and waits until the broker has them.
    pub async fn produce(&self, topic: &str, messages: &[(&[u8], &[u8])]) {
        let topic = self.full_name(topic);
        let producer = self.producer();
        let sent = messages
            .iter()
            .map(|(key, payload)| producer.send(FutureRecord::to(&topic).key(*key).payload(*payload), BROKER_LIMIT));
        try_join_all(sent).await.expect("produce");
    }

    /// Puts each message of a topic on it once more, to the same partition and in the same order; gives how many.
    pub async fn repeat_all(&self, topic: &str) -> usize {
        let records = self.records(topic);
        self.repeat(topic, &records).await;
        records.len()
    }

    /// Puts each event of a topic that is not in `copied` on it once more, and notes it there.
    pub async fn repeat_new(&self, topic: &str, copied: &mut HashSet<Uuid>) {
        let mut records = self.records(topic);
        records.retain(|record| record.envelope().is_some_and(|event| copied.insert(event.event_id)));
        self.repeat(topic, &records).await;
    }

    async fn repeat(&self, topic: &str, records: &[Record]) {
        let (topic, producer) = (self.full_name(topic), self.producer());
        let mut answers = Vec::with_capacity(records.len());
        for record in records {
            let headers = record
                .headers
                .iter()
                .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }));
            let copy = FutureRecord::to(&topic)
                .partition(record.partition)
                .key(&record.key)
                .payload(&record.payload)
                .headers(headers);
            // Enqueued in order and awaited later: an idempotent producer keeps the order.
            answers.push(producer.send_result(copy).map_err(|(error, _)| error).expect("enqueue"));
        }
        for answer in answers {
            answer.await.expect("an answer").map_err(|(error, _)| error).expect("produce");
        }
    }

    /// Makes the broker forget how far a group has read. The group must have ended: a member that was stopped
    /// with a stable name counts until its session ends, so this waits for that.
    pub async fn forget_group(&self, group: &str) {
        let admin = self.admin();
        let group = self.full_name(group);
        wait_until(format_args!("the end of group {group}"), async || {
            let results = admin.delete_groups(&[&group], &admin_options()).await.map_err(|error| error.to_string())?;
            results.into_iter().try_for_each(|result| result.map(drop)).map_err(|(_, code)| code.to_string())
        })
        .await;
    }

    /// How far a group has read, summed over the partitions of a topic; nothing before its first commit.
    pub fn committed(&self, group: &str, topic: &str) -> Option<i64> {
        let consumer: BaseConsumer = self.config().set("group.id", self.full_name(group)).create().expect("a consumer");
        let mut places = TopicPartitionList::new();
        let topic = self.full_name(topic);
        for partition in partitions(&consumer, &topic)? {
            places.add_partition(&topic, partition);
        }
        let committed = consumer.committed_offsets(places, BROKER_LIMIT).expect("committed offsets");
        let offsets =
            committed.elements().into_iter().filter_map(|place| place.offset().to_raw()).filter(|raw| *raw >= 0);
        offsets.reduce(|sum, offset| sum + offset)
    }

    /// Deletes a topic with all that it holds.
    pub async fn delete(&self, topic: &str) {
        let topic = self.full_name(topic);
        let deleted = self.admin().delete_topics(&[&topic], &admin_options()).await.expect("the broker");
        assert!(deleted.iter().all(Result::is_ok), "{deleted:?}");
    }

    /// Deletes all topics of the store; a broker that is gone has none.
    pub(crate) async fn delete_all(&self) {
        let admin = self.admin();
        let Ok(metadata) = admin.inner().fetch_metadata(None, Duration::from_secs(3)) else { return };
        let ours: Vec<&str> = metadata
            .topics()
            .iter()
            .map(rdkafka::metadata::MetadataTopic::name)
            .filter(|name| name.starts_with(&self.prefix))
            .collect();
        if let (false, Err(error)) = (ours.is_empty(), admin.delete_topics(&ours, &admin_options()).await) {
            eprintln!("topics {}* stay: {error}", self.prefix);
        }
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers).set("socket.nagle.disable", "true").set("log_level", "0");
        config
    }

    fn producer(&self) -> FutureProducer {
        self.config().set("enable.idempotence", "true").set("linger.ms", "0").create().expect("a producer")
    }

    fn admin(&self) -> AdminClient<DefaultClientContext> {
        self.config().create().expect("an admin client")
    }
}

impl std::fmt::Debug for Topics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Topics").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

fn admin_options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(BROKER_LIMIT)).request_timeout(Some(BROKER_LIMIT))
}
