//! Reading a topic from its beginning to its present end, without a group.

use std::collections::HashMap;
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use super::{BROKER_LIMIT, Record};

/// The numbers of a topic's partitions; nothing while the topic is not there.
pub(super) fn partitions(consumer: &BaseConsumer, topic: &str) -> Option<Vec<i32>> {
    let metadata = consumer.fetch_metadata(Some(topic), BROKER_LIMIT).ok()?;
    let partitions: Vec<i32> =
        metadata.topics().first()?.partitions().iter().map(rdkafka::metadata::MetadataPartition::id).collect();
    (!partitions.is_empty()).then_some(partitions)
}

/// A reader that has read a topic up to some point, without a group.
pub(super) struct Tail {
    consumer: BaseConsumer,
    topic: String,
    /// The next offset to read, for each partition.
    next: HashMap<i32, i64>,
    records: Vec<Record>,
}

impl Tail {
    /// At the beginning of a topic; nothing while the topic is not there.
    pub fn new(config: &ClientConfig, topic: &str) -> Option<Self> {
        let consumer: BaseConsumer = config
            .clone()
            .set("group.id", format!("{topic}-outsider"))
            .set("enable.auto.commit", "false")
            .set("fetch.wait.max.ms", "10")
            .create()
            .expect("a consumer");
        let mut places = TopicPartitionList::new();
        let mut next = HashMap::new();
        for partition in partitions(&consumer, topic)? {
            places.add_partition_offset(topic, partition, Offset::Beginning).expect("a place");
            next.insert(partition, 0);
        }
        consumer.assign(&places).expect("assign");
        Some(Self { consumer, topic: topic.to_owned(), next, records: Vec::new() })
    }

    /// Reads up to what the partitions hold at this moment.
    pub fn catch_up(&mut self) -> Vec<Record> {
        let mut ends = HashMap::new();
        for partition in self.next.keys() {
            // Without a broker there is nothing new to see.
            let Ok((_, end)) = self.consumer.fetch_watermarks(&self.topic, *partition, BROKER_LIMIT) else {
                return self.records.clone();
            };
            ends.insert(*partition, end);
        }
        while self.next.iter().any(|(partition, next)| *next < ends[partition]) {
            if let Some(Ok(message)) = self.consumer.poll(Duration::from_millis(20)) {
                self.next.insert(message.partition(), message.offset() + 1);
                let record = record(&message);
                self.records.push(record);
            }
        }
        self.records.clone()
    }
}

fn record(message: &BorrowedMessage<'_>) -> Record {
    let headers = message.headers().map(|headers| {
        headers
            .iter()
            .map(|header| {
                (header.key.to_owned(), String::from_utf8_lossy(header.value.unwrap_or_default()).into_owned())
            })
            .collect()
    });
    Record {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().unwrap_or_default().to_vec(),
        payload: message.payload().unwrap_or_default().to_vec(),
        headers: headers.unwrap_or_default(),
    }
}
