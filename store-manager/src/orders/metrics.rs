//! How many sagas begin and end, how, and how long they take.
//!
//! Counted once a process, as its log is written: a command that counts need not be handed the counters by everybody
//! who calls it. Only what is committed is counted. docs/operations/metrics.md says what each metric means.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use prometheus::core::Collector;
use prometheus::{Gauge, GaugeVec, HistogramVec, IntCounter, IntCounterVec};
use saga_kit::Tx;
use saga_kit::metrics::{WAIT_BUCKETS_S, counter, counters, gauge, gauges, histograms};
use shared_events::{SAGA, SagaOutcome, Topic};
use uuid::Uuid;

use super::domain::saga_time::began_at;

static STARTED: LazyLock<IntCounter> = LazyLock::new(|| counter("store_sagas_started_total", "Sagas that began"));

static ENDED: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("store_sagas_ended_total", "Sagas that ended, by how they did", &["outcome"]));

static DURATION: LazyLock<HistogramVec> = LazyLock::new(|| {
    histograms("store_saga_duration_seconds", "From a saga's beginning to its end", (&["outcome"], WAIT_BUCKETS_S))
});

static IN_FLIGHT: LazyLock<Gauge> =
    LazyLock::new(|| gauge("store_sagas_in_flight", "Orders whose saga has not ended, counted up to 100000"));

static OVERDUE: LazyLock<GaugeVec> = LazyLock::new(|| {
    gauges("store_sagas_overdue", "Overdue sagas by the event that they wait for, the oldest 1000", &["step"])
});

/// What a scrape of this service shows of its sagas, from the start.
pub(crate) fn collectors() -> Vec<Box<dyn Collector>> {
    for outcome in [SagaOutcome::Succeeded, SagaOutcome::Cancelled, SagaOutcome::Refused] {
        ENDED.with_label_values(&[name(outcome)]);
        DURATION.with_label_values(&[name(outcome)]);
    }
    open_sagas_are_unknown();
    vec![
        Box::new(STARTED.clone()),
        Box::new(ENDED.clone()),
        Box::new(DURATION.clone()),
        Box::new(IN_FLIGHT.clone()),
        Box::new(OVERDUE.clone()),
    ]
}

/// Counts a saga that begins with this transaction.
pub(crate) fn began(tx: &mut Tx) {
    tx.after_commit(|| STARTED.inc());
}

/// Counts a saga that ends with this transaction.
pub(crate) fn ended(tx: &mut Tx, outcome: SagaOutcome, saga: Uuid) {
    let took = began_at(saga).map(|began| (tx.now() - began).to_std().unwrap_or_default());
    tx.after_commit(move || {
        ENDED.with_label_values(&[name(outcome)]).inc();
        if let Some(took) = took {
            DURATION.with_label_values(&[name(outcome)]).observe(took.as_secs_f64());
        }
    });
}

/// Shows how many sagas are open, and how many of them overdue at which step.
pub(super) fn show_open_sagas(in_flight: u32, overdue: &BTreeMap<&str, u32>) {
    IN_FLIGHT.set(in_flight.into());
    for step in steps() {
        OVERDUE.with_label_values(&[step]).set(overdue.get(step).copied().unwrap_or(0).into());
    }
}

/// Nobody knows how many are open.
pub(super) fn open_sagas_are_unknown() {
    IN_FLIGHT.set(f64::NAN);
    for step in steps() {
        OVERDUE.with_label_values(&[step]).set(f64::NAN);
    }
}

/// All that a saga may wait for.
fn steps() -> impl Iterator<Item = &'static str> {
    SAGA.events.iter().filter(|spec| spec.topic == Topic::ORDER_SAGA_EVENTS).map(|spec| spec.event_type)
}

/// As `SagaCompleted` says it.
const fn name(outcome: SagaOutcome) -> &'static str {
    match outcome {
        SagaOutcome::Succeeded => "succeeded",
        SagaOutcome::Cancelled => "cancelled",
        SagaOutcome::Refused => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_called_as_in_its_event() {
        for outcome in [SagaOutcome::Succeeded, SagaOutcome::Cancelled, SagaOutcome::Refused] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), name(outcome));
        }
    }
}
