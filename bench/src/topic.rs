//! A topic of the bench's own: made, counted, read to its end, and deleted.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use crate::settings::RunSettings;

/// As many as the store's topics have.
pub(crate) const PARTITIONS: i32 = 4;

/// How long one question to the broker may take.
const LIMIT: Duration = Duration::from_secs(20);

/// A topic.
#[derive(Debug)]
pub(crate) struct Topic {
    pub name: String,
    brokers: String,
}

impl Topic {
    /// Makes one of that name, behind the store's prefix.
    pub async fn create(settings: &RunSettings, name: &str) -> Result<Self> {
        let topic = Self { name: format!("{}{name}", settings.topic_prefix), brokers: settings.kafka_brokers.clone() };
        let new = NewTopic::new(&topic.name, PARTITIONS, TopicReplication::Fixed(1));
        for answer in topic.admin()?.create_topics(&[new], &options()).await? {
            answer.map_err(|(name, code)| anyhow::anyhow!("topic {name}: {code}"))?;
        }
        // It has no leaders in its first moment.
        let began = Instant::now();
        while topic.ends().is_err() {
            ensure!(began.elapsed() < LIMIT, "topic {} has no leaders", topic.name);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(topic)
    }

    /// Deletes it.
    pub async fn delete(&self) -> Result<()> {
        self.admin()?.delete_topics(&[&self.name], &options()).await?;
        Ok(())
    }

    /// The next offset of each partition.
    pub fn ends(&self) -> Result<Vec<i64>> {
        let consumer = self.consumer()?;
        let end = |partition| Ok(consumer.fetch_watermarks(&self.name, partition, LIMIT)?.1);
        (0..PARTITIONS).map(end).collect()
    }

    /// Waits until so many messages have come since those offsets. Only offsets are asked for: to read the messages
    /// would cost who sends them a part of the machine.
    pub async fn gets(&self, count: u64, since: &[i64], limit: Duration) -> Result<Instant> {
        let consumer = self.consumer()?;
        let began = Instant::now();
        loop {
            let mut come = 0;
            for (partition, since) in (0..PARTITIONS).zip(since) {
                come += consumer.fetch_watermarks(&self.name, partition, LIMIT)?.1.abs_diff(*since);
            }
            if come >= count {
                return Ok(Instant::now());
            }
            ensure!(began.elapsed() < limit, "{come} of {count} messages are on {} after {limit:?}", self.name);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Reads what came since those offsets, up to the present end.
    pub fn read_since(&self, since: &[i64], mut each: impl FnMut(&[u8])) -> Result<()> {
        let consumer = self.consumer()?;
        let ends = self.ends()?;
        let mut places = TopicPartitionList::new();
        for (partition, offset) in (0..PARTITIONS).zip(since) {
            places.add_partition_offset(&self.name, partition, Offset::Offset(*offset))?;
        }
        consumer.assign(&places)?;
        let mut left: i64 = ends.iter().zip(since).map(|(end, since)| end - since).sum();
        let began = Instant::now();
        while left > 0 {
            ensure!(began.elapsed() < LIMIT, "{left} messages of {} are missing", self.name);
            let Some(message) = consumer.poll(Duration::from_millis(100)) else { continue };
            each(message.context("reading a topic")?.payload().unwrap_or_default());
            left -= 1;
        }
        Ok(())
    }

    fn consumer(&self) -> Result<BaseConsumer> {
        let mut config = client(&self.brokers);
        config.set("group.id", format!("{}-bench", self.name)).set("enable.auto.commit", "false");
        Ok(config.create()?)
    }

    fn admin(&self) -> Result<AdminClient<DefaultClientContext>> {
        Ok(client(&self.brokers).create()?)
    }
}

/// What each client of the broker has in common, as the store's have.
pub(crate) fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set("socket.nagle.disable", "true").set("log_level", "3");
    config
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(LIMIT)).request_timeout(Some(LIMIT))
}
