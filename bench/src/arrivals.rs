//! A consumer that notes the moment in which each message of a topic reaches it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use crate::topic::client;

/// How long a message that was sent may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What arrives from now on; the consumer ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Arrivals {
    messages: UnboundedReceiver<(u64, Instant)>,
    task: JoinHandle<()>,
}

impl Arrivals {
    /// Of messages whose key is a number; of one type alone, as `ce_type` says, if one is given.
    pub fn listen(brokers: &str, topic: &str, event_type: Option<&'static str>) -> Result<Self> {
        let mut config = client(brokers);
        config.set("group.id", format!("{topic}-arrivals")).set("enable.auto.commit", "false");
        let consumer: StreamConsumer = config.create()?;
        let metadata = consumer.fetch_metadata(Some(topic), LIMIT)?;
        let partitions = metadata.topics().first().context("no such topic")?.partitions();
        let mut places = TopicPartitionList::new();
        for partition in partitions {
            // Offsets, and not `end`: what is sent before the first fetch must not be missed.
            let (_, end) = consumer.fetch_watermarks(topic, partition.id(), LIMIT)?;
            places.add_partition_offset(topic, partition.id(), Offset::Offset(end))?;
        }
        consumer.assign(&places)?;
        let (sender, messages) = unbounded_channel();
        let task = tokio::spawn(async move {
            loop {
                let Ok(message) = consumer.recv().await else { continue };
                let at = Instant::now();
                let is_of_type = |event_type: &str| {
                    let mut headers = message.headers().into_iter().flat_map(|headers| headers.iter());
                    headers.any(|header| header.key == "ce_type" && header.value == Some(event_type.as_bytes()))
                };
                let number = message.key().and_then(|key| std::str::from_utf8(key).ok()?.parse().ok());
                if let (Some(number), true) = (number, event_type.is_none_or(is_of_type))
                    && sender.send((number, at)).is_err()
                {
                    return;
                }
            }
        });
        Ok(Self { messages, task })
    }

    /// The next one.
    pub async fn next(&mut self) -> Result<(u64, Instant)> {
        let next = tokio::time::timeout(LIMIT, self.messages.recv()).await.context("a message did not arrive")?;
        next.context("the consumer ended")
    }

    /// The moment in which this one arrives; what comes before it is passed over.
    pub async fn of(&mut self, number: u64) -> Result<Instant> {
        loop {
            let (arrived, at) = self.next().await?;
            if arrived == number {
                return Ok(at);
            }
        }
    }

    /// How long each took from its moment on; all of them have to arrive.
    pub async fn since(&mut self, sent: &[(u64, Instant)]) -> Result<Vec<Duration>> {
        let mut waiting: std::collections::HashMap<u64, Instant> = sent.iter().copied().collect();
        let mut took = Vec::with_capacity(sent.len());
        while !waiting.is_empty() {
            let (number, at) = self.next().await?;
            // One that is seen before its commit has returned took no time at all.
            took.extend(waiting.remove(&number).map(|sent| at.saturating_duration_since(sent)));
        }
        Ok(took)
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.task.abort();
    }
}
