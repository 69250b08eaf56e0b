//! What librdkafka tells the consumer: partitions that are taken away, errors, and how far it is behind.

use std::sync::Arc;

use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use rdkafka::statistics::Statistics;
use tokio::sync::mpsc;
use tracing::{debug, warn};

use crate::metrics::Metrics;
use crate::status::Status;

/// A topic and its partition's number.
pub(super) type Place = (String, i32);

/// Where the loop hears of partitions that were taken away.
pub(super) type Revocations = mpsc::UnboundedReceiver<Vec<Place>>;

/// Passes the partitions that were taken away on to the consumer's loop, and notes which there are.
pub(super) struct Context {
    revoked: mpsc::UnboundedSender<Vec<Place>>,
    status: Status,
    metrics: Arc<Metrics>,
}

impl Context {
    /// A context, and where its revocations arrive.
    pub fn new(status: Status, metrics: Arc<Metrics>) -> (Self, Revocations) {
        let (revoked, revocations) = mpsc::unbounded_channel();
        (Self { revoked, status, metrics }, revocations)
    }
}

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        // librdkafka reconnects by itself; a fatal error reaches the loop through `recv`.
        debug!(%error, reason, "kafka");
    }

    fn stats(&self, statistics: Statistics) {
        self.metrics.note_lag(&statistics);
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
