//! How much drift was repaired. docs/operations/metrics.md says what the metric means.

use std::sync::LazyLock;

use prometheus::IntCounterVec;
use prometheus::core::Collector;
use saga_kit::metrics::counters;

use super::Checked;

static DRIFT: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counters("store_read_models_drift_total", "What differed in the read models and was repaired, by kind", &["kind"])
});

/// What a scrape of this service shows of its read models, from the start.
pub(crate) fn collectors() -> Vec<Box<dyn Collector>> {
    repaired(Checked::default());
    vec![Box::new(DRIFT.clone())]
}

/// Counts what was repaired.
pub(super) fn repaired(checked: Checked) {
    DRIFT.with_label_values(&["product"]).inc_by(checked.products);
    DRIFT.with_label_values(&["entry"]).inc_by(checked.entries);
}
