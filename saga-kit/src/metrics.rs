//! What the machinery counts of itself, for Prometheus, and how a metric is made.
//!
//! [`Metrics`] belongs to one service's [`crate::Transactions`], where all its parts find it. Nothing is registered by
//! itself and there is no global registry, because a process may hold several participants: whoever answers scrapes
//! calls [`Metrics::register`]. To count costs an atomic addition; the labels are names that the saga's map knows, so
//! that no message can make up new ones.

use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, core::Collector,
};

mod lag;
mod machinery;
mod tables;

pub(crate) use lag::STATISTICS_EVERY_MS;
pub use machinery::Metrics;
pub(crate) use machinery::RelayFailure;
pub use tables::{MAX_COUNTED, TableMetrics};

/// Bounds in seconds for work that somebody waits for: a handler, a request. One of a statement or two takes a
/// millisecond, and a request is given up after ten seconds.
pub const WORK_BUCKETS_S: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Bounds in seconds for what goes through the outbox and the broker: milliseconds on the ordinary way, a second or
/// two when another relay takes over, minutes when a server was away. A saga is overdue after 30 seconds.
pub const WAIT_BUCKETS_S: &[f64] =
    &[0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// Bounds for events taken together; a read of the outbox takes a thousand at most.
pub(crate) const BATCH_BUCKETS: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];

/// The names and labels are constants in the source, so that a wrong one fails in every test.
const VALID: &str = "a name and labels that Prometheus takes";

/// A counter.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn counter(name: &str, help: &str) -> IntCounter {
    IntCounter::new(name, help).expect(VALID)
}

/// A counter for each value of its labels.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    IntCounterVec::new(Opts::new(name, help), labels).expect(VALID)
}

/// A gauge of whole numbers.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn int_gauge(name: &str, help: &str) -> IntGauge {
    IntGauge::new(name, help).expect(VALID)
}

/// A gauge of whole numbers for each value of its labels.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn int_gauges(name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    IntGaugeVec::new(Opts::new(name, help), labels).expect(VALID)
}

/// A gauge that may also be unknown (`NaN`).
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn gauge(name: &str, help: &str) -> Gauge {
    Gauge::new(name, help).expect(VALID)
}

/// A gauge that may also be unknown, for each value of its labels.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn gauges(name: &str, help: &str, labels: &[&str]) -> GaugeVec {
    GaugeVec::new(Opts::new(name, help), labels).expect(VALID)
}

/// A histogram with these bounds.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn histogram(name: &str, help: &str, buckets: &[f64]) -> Histogram {
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec())).expect(VALID)
}

/// A histogram for each value of its labels.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see VALID")]
pub fn histograms(name: &str, help: &str, (labels, buckets): (&[&str], &[f64])) -> HistogramVec {
    HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets.to_vec()), labels).expect(VALID)
}

/// Adds metrics to what a scrape of `registry` shows.
///
/// # Errors
/// Another metric of that name is there already.
/// ```
/// use prometheus::Registry;
/// use saga_kit::metrics::{
///     WAIT_BUCKETS_S, WORK_BUCKETS_S, counter, counters, gauge, gauges, histograms, int_gauge, int_gauges, register_all,
/// };
///
/// let visits = counter("visits_total", "Visits.");
/// let registry = Registry::new();
/// register_all(
///     &registry,
///     vec![
///         Box::new(visits.clone()),
///         Box::new(counters("visits_by_door_total", "Visits, by door.", &["door"])),
///         Box::new(int_gauge("visitors", "Visitors inside.")),
///         Box::new(int_gauges("visitors_by_floor", "Visitors inside, by floor.", &["floor"])),
///         Box::new(gauge("oldest_visit_seconds", "Age of the oldest visit; unknown without its table.")),
///         Box::new(gauges("oldest_visit_by_floor_seconds", "The same, by floor.", &["floor"])),
///         Box::new(histograms("answer_seconds", "Time until an answer.", (&["desk"], WORK_BUCKETS_S))),
///         Box::new(histograms("delivery_seconds", "Time through the broker.", (&["event"], WAIT_BUCKETS_S))),
///     ],
/// )?;
/// visits.inc();
/// assert!(registry.gather().iter().any(|family| family.name() == "visits_total"));
/// # Ok::<(), prometheus::Error>(())
/// ```
pub fn register_all(registry: &Registry, metrics: Vec<Box<dyn Collector>>) -> Result<(), prometheus::Error> {
    metrics.into_iter().try_for_each(|metric| registry.register(metric))
}
