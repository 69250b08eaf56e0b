//! The metrics of relay, consumer, handlers, inbox and parking.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus::core::Collector;
use prometheus::{Gauge, Histogram, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Registry};

use super::{
    BATCH_BUCKETS, TableMetrics, WAIT_BUCKETS_S, WORK_BUCKETS_S, counters, gauge, histogram, histograms, int_gauge,
    int_gauges, register_all,
};
use crate::handler::{HandledAll, HandlerError};
use crate::parking::Cause;

/// What keeps a relay from relaying.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RelayFailure {
    /// The client or the broker did not take a message; its key waits.
    MessageRefused,
    /// The client failed for good, and a new one is made.
    ProducerFailed,
    /// The database failed.
    DatabaseFailed,
    /// Another instance has the lease, or the database did not renew it in time.
    LeaseLost,
}

impl RelayFailure {
    const ALL: [Self; 4] = [Self::MessageRefused, Self::ProducerFailed, Self::DatabaseFailed, Self::LeaseLost];

    const fn name(self) -> &'static str {
        match self {
            Self::MessageRefused => "message_refused",
            Self::ProducerFailed => "producer_failed",
            Self::DatabaseFailed => "database_failed",
            Self::LeaseLost => "lease_lost",
        }
    }
}

/// What a handler's error says is to be done: the values of the label `kind`.
const RETRY: &str = "retry";
const PARK: &str = "park";

/// The metrics of one service's machinery.
#[derive(Debug)]
pub struct Metrics {
    pub(super) outbox_events: Gauge,
    pub(super) outbox_oldest_age: Gauge,
    pub(super) parked_events: Gauge,
    relay_leader: IntGauge,
    relay_batch: Histogram,
    relay_lag: Histogram,
    relay_failures: IntCounterVec,
    consumed: IntCounterVec,
    pub(super) consumer_lag: IntGaugeVec,
    handler_duration: HistogramVec,
    handler_errors: IntCounterVec,
    duplicates: IntCounterVec,
    parked: IntCounterVec,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            outbox_events: gauge("store_outbox_events", "Events that wait in the outbox, counted up to 10000"),
            outbox_oldest_age: gauge(
                "store_outbox_oldest_age_seconds",
                "Age of the oldest event in the outbox, 0 without one",
            ),
            parked_events: gauge("store_parked_events", "Events that are parked, counted up to 10000"),
            relay_leader: int_gauge("store_relay_leader", "1 where this instance holds the relay's lease"),
            relay_batch: histogram(
                "store_relay_batch_events",
                "Events that one read of the outbox brought, where it brought any",
                BATCH_BUCKETS,
            ),
            relay_lag: histogram(
                "store_relay_lag_seconds",
                "From an event's emission to its acknowledgement by the broker",
                WAIT_BUCKETS_S,
            ),
            relay_failures: counters("store_relay_failures_total", "What kept the relay from relaying", &["reason"]),
            consumed: counters(
                "messaging_client_consumed_messages_total",
                "Messages that were taken from the broker, also those that come again or concern nobody here",
                &["event"],
            ),
            consumer_lag: int_gauges(
                "store_consumer_lag_events",
                "Messages of an assigned partition that are not handled yet",
                &["topic", "partition"],
            ),
            handler_duration: histograms(
                "store_handler_duration_seconds",
                "One run of a handler, which may handle events of several keys at once",
                (&["event"], WORK_BUCKETS_S),
            ),
            handler_errors: counters(
                "store_handler_errors_total",
                "Runs of a handler that failed, by what its error says is to be done",
                &["event", "kind"],
            ),
            duplicates: counters("store_inbox_duplicates_total", "Events that came again and were skipped", &["event"]),
            parked: counters("store_parked_events_total", "Events that were parked", &["event", "reason"]),
        };
        for failure in RelayFailure::ALL {
            metrics.relay_failures.with_label_values(&[failure.name()]);
        }
        metrics.are_unknown();
        metrics
    }
}

impl Metrics {
    /// Adds these metrics to what a scrape of `registry` shows.
    ///
    /// # Errors
    /// They, or others of these names, are there already.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        let metrics: Vec<Box<dyn Collector>> = vec![
            Box::new(self.outbox_events.clone()),
            Box::new(self.outbox_oldest_age.clone()),
            Box::new(self.parked_events.clone()),
            Box::new(self.relay_leader.clone()),
            Box::new(self.relay_batch.clone()),
            Box::new(self.relay_lag.clone()),
            Box::new(self.relay_failures.clone()),
            Box::new(self.consumed.clone()),
            Box::new(self.consumer_lag.clone()),
            Box::new(self.handler_duration.clone()),
            Box::new(self.handler_errors.clone()),
            Box::new(self.duplicates.clone()),
            Box::new(self.parked.clone()),
        ];
        register_all(registry, metrics)
    }

    /// Shows these events' counters from the start, at zero: a rate over a counter that appears with its first event
    /// would miss that one.
    pub(crate) fn begin_at_zero(&self, events: impl Iterator<Item = &'static str>) {
        for event in events {
            self.consumed.with_label_values(&[event]);
            self.duplicates.with_label_values(&[event]);
            self.handler_duration.with_label_values(&[event]);
            for kind in [RETRY, PARK] {
                self.handler_errors.with_label_values(&[event, kind]);
            }
            for cause in Cause::ALL {
                self.parked.with_label_values(&[event, cause.as_str()]);
            }
        }
    }

    pub(crate) fn relaying(&self, relaying: bool) {
        self.relay_leader.set(relaying.into());
    }

    /// Events that a read of the outbox brought; a read that brings none, as forty a second do on an idle service, is
    /// none of them.
    pub(crate) fn relay_took(&self, events: usize) {
        if events > 0 {
            self.relay_batch.observe(u32::try_from(events).map_or(f64::INFINITY, f64::from));
        }
    }

    /// The clocks of two machines may differ: an acknowledgement is never before its event.
    pub(crate) fn acknowledged(&self, emitted: DateTime<Utc>, now: DateTime<Utc>) {
        self.relay_lag.observe((now - emitted).to_std().unwrap_or_default().as_secs_f64());
    }

    pub(crate) fn relay_failed(&self, failure: RelayFailure) {
        self.relay_failures.with_label_values(&[failure.name()]).inc();
    }

    pub(crate) fn consumed(&self, event: &'static str, messages: usize) {
        self.consumed.with_label_values(&[event]).inc_by(u64::try_from(messages).unwrap_or(u64::MAX));
    }

    /// A handler's run, and how it ended.
    pub(crate) fn handled(&self, event: &'static str, took: Duration, outcome: &HandledAll) {
        self.handler_duration.with_label_values(&[event]).observe(took.as_secs_f64());
        if let Err(failure) = outcome {
            let kind = match failure.error {
                HandlerError::Retry(_) => RETRY,
                HandlerError::Park(_) => PARK,
            };
            self.handler_errors.with_label_values(&[event, kind]).inc();
        }
    }

    pub(crate) fn skipped(&self, event: &'static str) {
        self.duplicates.with_label_values(&[event]).inc();
    }

    pub(crate) fn parked(&self, event: &'static str, cause: Cause) {
        self.parked.with_label_values(&[event, cause.as_str()]).inc();
    }
}
