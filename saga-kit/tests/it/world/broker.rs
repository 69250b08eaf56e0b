//! A world's topics and groups as an outsider sees and changes them.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::producer::FutureRecord;
use shared_events::Envelope;
use uuid::Uuid;

use super::{PATIENCE, SERVICE, World};

impl World {
    /// Sends bytes past the outbox.
    pub async fn produce(&self, topic: &str, key: &str, payload: &[u8]) -> anyhow::Result<()> {
        let topic = self.topic(topic);
        let record = FutureRecord::to(&topic).key(key).payload(payload);
        self.producer.send(record, PATIENCE).await.map_err(|(error, _)| error)?;
        Ok(())
    }

    /// How many members the service's consumer group has, once it has settled; 0 while it has not.
    pub fn members(&self) -> anyhow::Result<usize> {
        let client: BaseConsumer =
            ClientConfig::new().set("bootstrap.servers", &self.settings.kafka_brokers).create()?;
        let groups = client.fetch_group_list(Some(&self.topic(SERVICE)), PATIENCE)?;
        Ok(groups.groups().iter().find(|group| group.state() == "Stable").map_or(0, |group| group.members().len()))
    }

    /// All that a topic holds, as key and payload, in order within a key; waits until there are `count`.
    pub fn consume(&self, topic: &str, count: usize) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let record = |message: &BorrowedMessage<'_>| {
            let key = String::from_utf8_lossy(message.key().unwrap_or_default()).into_owned();
            (key, message.payload().unwrap_or_default().to_vec())
        };
        self.read(topic, count, record)
    }

    /// The events that a topic holds, each where it came first, and how many came again; waits until there are `count`
    /// different ones.
    pub fn consume_each(&self, topic: &str, count: usize) -> anyhow::Result<(Vec<Envelope>, usize)> {
        let mut records = count;
        loop {
            let read = self.consume(topic, records)?;
            let mut events =
                read.iter().map(|(_, payload)| Envelope::decode(payload)).collect::<Result<Vec<_>, _>>()?;
            let mut seen = HashSet::new();
            events.retain(|event| seen.insert(event.event_id));
            if events.len() == count {
                return Ok((events, records - count));
            }
            records += count - events.len();
        }
    }

    /// The broker's times of all that a topic holds, in milliseconds; waits until there are `count`.
    pub fn timestamps(&self, topic: &str, count: usize) -> anyhow::Result<Vec<i64>> {
        self.read(topic, count, |message| message.timestamp().to_millis().unwrap_or_default())
    }

    fn read<T>(&self, topic: &str, count: usize, record: impl Fn(&BorrowedMessage<'_>) -> T) -> anyhow::Result<Vec<T>> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &self.settings.kafka_brokers)
            .set("group.id", Uuid::now_v7().to_string())
            .set("auto.offset.reset", "earliest")
            .create()?;
        consumer.subscribe(&[&self.topic(topic)])?;
        let started = Instant::now();
        let mut records = Vec::new();
        while records.len() < count {
            anyhow::ensure!(started.elapsed() < PATIENCE, "{topic} has {} of {count} records", records.len());
            let Some(message) = consumer.poll(Duration::from_millis(100)) else { continue };
            let Ok(message) = message else { continue };
            records.push(record(&message));
        }
        Ok(records)
    }

    /// Deletes a topic, and waits until it is gone.
    pub async fn delete_topic(&self, topic: &str) -> anyhow::Result<()> {
        let topic = self.topic(topic);
        for deleted in self.admin()?.delete_topics(&[&topic], &AdminOptions::new()).await? {
            deleted.map_err(|(topic, code)| anyhow::anyhow!("{topic}: {code}"))?;
        }
        Ok(())
    }

    fn admin(&self) -> anyhow::Result<AdminClient<DefaultClientContext>> {
        Ok(ClientConfig::new().set("bootstrap.servers", &self.settings.kafka_brokers).create()?)
    }
}
