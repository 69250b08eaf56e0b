//! How far the consumer is behind, as the broker's client itself tells.

use rdkafka::statistics::{Partition, Statistics};

use super::Metrics;

/// How often the client tells. What it tells is a text of some kilobytes to be read.
pub(crate) const STATISTICS_EVERY_MS: &str = "2000";

/// How a partition is called that is fetched from.
const ACTIVE: &str = "active";

impl Metrics {
    /// Notes the lag of the partitions that this instance has, and forgets those that it has no more.
    pub(crate) fn note_lag(&self, statistics: &Statistics) {
        for topic in statistics.topics.values() {
            for partition in topic.partitions.values() {
                let number = partition.partition.to_string();
                let labels = [topic.topic.as_str(), &number];
                match behind(partition) {
                    Some(lag) => self.consumer_lag.with_label_values(&labels).set(lag),
                    // That it was not there is no error.
                    None => drop(self.consumer_lag.remove_label_values(&labels)),
                }
            }
        }
    }

    /// This instance has no partitions.
    pub(crate) fn no_lag(&self) {
        self.consumer_lag.reset();
    }
}

/// Messages behind the end of the partition; nothing where it is not ours, or not known yet.
///
/// The client's own figure knows nothing of a partition from which nothing was handled yet, which is just where a
/// consumer may be stuck: there it is counted from the beginning, from which it reads.
fn behind(partition: &Partition) -> Option<i64> {
    if partition.fetch_state != ACTIVE || partition.hi_offset < 0 {
        return None;
    }
    let handled = partition.stored_offset.max(partition.committed_offset).max(partition.lo_offset).max(0);
    Some((partition.hi_offset - handled).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(fetch_state: &str, (lo_offset, hi_offset): (i64, i64), stored_offset: i64) -> Partition {
        let fetch_state = fetch_state.to_owned();
        Partition { fetch_state, lo_offset, hi_offset, stored_offset, committed_offset: -1_001, ..Partition::default() }
    }

    #[test]
    fn what_is_not_handled_is_behind_also_before_the_first_was() {
        assert_eq!(behind(&partition(ACTIVE, (-1_001, 12), 9)), Some(3));
        assert_eq!(behind(&partition(ACTIVE, (-1_001, 12), -1_001)), Some(12));
        assert_eq!(
            behind(&partition(ACTIVE, (5, 12), -1_001)),
            Some(7),
            "what the topic has forgotten is not waited for"
        );
        assert_eq!(behind(&partition(ACTIVE, (-1_001, 0), -1_001)), Some(0));
        assert_eq!(behind(&partition(ACTIVE, (-1_001, -1_001), -1_001)), None, "the broker has not told its end yet");
        assert_eq!(behind(&partition("none", (0, 12), 9)), None, "another instance has it");
    }
}
