//! Two reports held against each other, figure by figure.
//!
//! What is compared to a limit is compared by that: the limit was measured in the same run, so that a machine that
//! was slower that day does not look like a store that is.

use super::table::{self, value};
use super::{Comparison, Figure, Report, Spread};
use crate::t;
use crate::term;

/// Changes of medians that are within this are shown as none: runs of the same programs differ by as much.
const NOISE: f64 = 0.05;

/// Prints one line a figure.
pub fn compare(old: &Report, new: &Report) {
    term::heading(&t!("What changed", "Ce qui a changé"));
    if old.method != new.method {
        term::bad(&t!(
            "They were not measured in the same way:",
            "Ils n'ont pas été mesurés de la même manière\u{a0}:"
        ));
        for report in [old, new] {
            term::say(&term::dim(&table::method(&report.method)));
        }
    }
    for figure in &new.figures {
        let title = figure.title.chosen();
        match old.figures.iter().find(|before| before.name == figure.name) {
            Some(before) => line(before, figure),
            None => term::say(&t!("  {title}: new", "  {title}\u{a0}: nouveau")),
        }
    }
    for gone in old.figures.iter().filter(|before| new.figures.iter().all(|figure| figure.name != before.name)) {
        let title = gone.title.chosen();
        term::say(&t!("  {title}: no longer measured", "  {title}\u{a0}: n'est plus mesuré"));
    }
}

fn line(before: &Figure, now: &Figure) {
    let (then, median) = (shown(before), shown(now));
    let title = now.title.chosen();
    let text = t!("{title}: {then} → {median}", "{title}\u{a0}: {then} → {median}");
    match better(before, now) {
        Some(true) => term::good(&text),
        Some(false) => term::bad(&text),
        None => term::say(&format!("  {text}")),
    }
}

/// The ratio where there is one, else the store's own median.
fn shown(figure: &Figure) -> String {
    match (figure.compared, figure.comparison) {
        (Some(compared), Comparison::Ratio) => term::decimal(compared.median),
        (Some(compared), Comparison::Difference) => value(figure.unit, compared.median),
        (None, _) => value(figure.unit, figure.ours.median),
    }
}

/// Whether it is better now; nothing where it is about the same, or where the median of one run is a value that the
/// other had, too.
fn better(before: &Figure, now: &Figure) -> Option<bool> {
    let spread = |figure: &Figure| figure.compared.unwrap_or(figure.ours);
    let (then, now_is) = (spread(before), spread(now));
    let change = (now_is.median - then.median) / then.median.abs();
    let had = |spread: Spread, value: f64| spread.min < value && value < spread.max;
    let is_noise = change.abs() <= NOISE || had(then, now_is.median) || had(now_is, then.median);
    (!is_noise).then_some((change > 0.0) == now.unit.more_is_better())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unit: &str, ours: f64, compared: Option<f64>) -> Figure {
        rounds(unit, ours, compared, 0.0)
    }

    /// Whose rounds lie so far apart, as a share of the median, to each side.
    fn rounds(unit: &str, ours: f64, compared: Option<f64>, apart: f64) -> Figure {
        let spread = |median: f64| {
            let (min, max) = (median * (1.0 - apart), median * (1.0 + apart));
            serde_json::json!({"median": median, "min": min, "max": max})
        };
        let text = serde_json::json!({"en": "reads", "fr": "lectures"});
        serde_json::from_value(serde_json::json!({
            "name": "reads", "title": text, "against": text, "unit": unit, "comparison": "ratio",
            "ours": spread(ours), "limit": compared.map(spread), "compared": compared.map(spread), "goals": [],
        }))
        .unwrap()
    }

    #[test]
    fn a_ratio_counts_before_what_the_machine_did_that_day() {
        let (slow_day, good_day) = (figure("per_second", 50.0, Some(0.8)), figure("per_second", 100.0, Some(0.5)));
        assert_eq!(better(&slow_day, &good_day), Some(false));
        assert_eq!(better(&good_day, &slow_day), Some(true));
        assert_eq!(better(&figure("per_second", 50.0, Some(0.80)), &figure("per_second", 9.0, Some(0.82))), None);
    }

    #[test]
    fn what_the_rounds_of_one_run_had_too_is_no_change() {
        let of = |ratio: f64, apart: f64| rounds("per_second", 1.0, Some(ratio), apart);
        assert_eq!(better(&of(0.5, 0.1), &of(0.6, 0.1)), Some(true));
        assert_eq!(better(&of(0.5, 0.3), &of(0.6, 0.1)), None);
        assert_eq!(better(&of(0.5, 0.1), &of(0.6, 0.3)), None);
    }

    #[test]
    fn of_times_and_bytes_less_is_better() {
        for unit in ["microseconds", "bytes"] {
            assert_eq!(better(&figure(unit, 100.0, None), &figure(unit, 50.0, None)), Some(true), "{unit}");
        }
    }
}
