//! Which partitions are read to their end, as the broker says.

use std::time::{Duration, Instant};

use rdkafka::consumer::{Consumer as _, DefaultConsumerContext, StreamConsumer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::place;

/// How long the questions for the ends of all partitions may take together.
const ENDS_LIMIT: Duration = Duration::from_secs(2);
/// The partitions of this member that hold nothing which was not applied.
pub(super) fn at_their_end(client: &StreamConsumer<DefaultConsumerContext>) -> Vec<String> {
    let end = Instant::now() + ENDS_LIMIT;
    let left = || end.saturating_duration_since(Instant::now());
    let (Ok(assigned), Ok(positions)) = (client.assignment(), client.position()) else { return Vec::new() };
    // One question for all partitions together: at the broker each waits behind the fetch that is under way there.
    let committed = client.committed_offsets(assigned.clone(), left()).unwrap_or(assigned.clone());
    let Some(ends) = offsets_at(client, &assigned, Offset::End, left()) else { return Vec::new() };
    let beginnings = offsets_at(client, &assigned, Offset::Beginning, left());
    let offset_in = |list: &TopicPartitionList, topic: &str, partition| {
        list.find_partition(topic, partition).and_then(|found| match found.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        })
    };
    let reached = |topic: &str, partition| {
        let next = offset_in(&positions, topic, partition)
            .or_else(|| offset_in(&committed, topic, partition))
            .or_else(|| offset_in(beginnings.as_ref()?, topic, partition));
        offset_in(&ends, topic, partition).is_some_and(|end| next.is_some_and(|next| next >= end))
    };
    let elements = assigned.elements();
    let ends = elements.iter().filter(|element| reached(element.topic(), element.partition()));
    ends.map(|element| place(element.topic(), element.partition())).collect()
}

/// The first or the last offset of each partition. Kafka takes both for a time, the earliest and the latest.
fn offsets_at(
    client: &StreamConsumer<DefaultConsumerContext>,
    partitions: &TopicPartitionList,
    place: Offset,
    limit: Duration,
) -> Option<TopicPartitionList> {
    let mut asked = partitions.clone();
    asked.set_all_offsets(place).ok()?;
    client.offsets_for_times(asked, limit).ok()
}
