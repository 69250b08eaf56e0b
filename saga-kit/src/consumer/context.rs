//! What librdkafka tells the consumer: partitions that are taken away, and errors.

use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use tokio::sync::mpsc;
use tracing::{debug, warn};

use crate::status::Status;

/// A topic and its partition's number.
pub(super) type Place = (String, i32);

/// Where the loop hears of partitions that were taken away.
pub(super) type Revocations = mpsc::UnboundedReceiver<Vec<Place>>;

/// Passes the partitions that were taken away on to the consumer's loop, and notes which there are.
pub(super) struct Context {
    revoked: mpsc::UnboundedSender<Vec<Place>>,
    status: Status,
}

impl Context {
    /// A context, and where its revocations arrive.
    pub fn new(status: Status) -> (Self, Revocations) {
        let (revoked, revocations) = mpsc::unbounded_channel();
        (Self { revoked, status }, revocations)
    }
}

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        // librdkafka reconnects by itself; a fatal error reaches the loop through `recv`.
        debug!(%error, reason, "kafka");
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Revoke(partitions) => {
                let places = places(partitions);
                self.status.revoked(places.clone());
                // The loop is gone only when the process stops.
                let _ = self.revoked.send(places);
            }
            Rebalance::Assign(partitions) => {
                debug!(count = partitions.count(), "partitions assigned");
                self.status.assigned(places(partitions));
            }
            Rebalance::Error(error) => warn!(%error, "rebalance"),
        }
    }

    /// The client keeps a pause through a rebalance, and whoever paused is gone: a partition that came back paused
    /// would never be fetched from again.
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(partitions) = rebalance
            && let Err(error) = consumer.resume(partitions)
        {
            warn!(%error, "partitions were not resumed after a rebalance");
        }
    }
}

fn places(partitions: &TopicPartitionList) -> Vec<Place> {
    partitions.elements().iter().map(|place| (place.topic().to_owned(), place.partition())).collect()
}
