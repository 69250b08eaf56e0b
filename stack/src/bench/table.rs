//! The report as a table: one line a figure, under what it is compared to.

use super::{Figure, Machine, Method, Report, Spread, Unit};
use crate::t;
use crate::term;

/// The columns: what, the store, the limit, both compared, the target.
type Row = [String; 5];

/// Prints the table.
pub fn show(report: &Report) {
    term::heading(&t!("What was found", "Résultats"));
    for line in [machine(&report.machine), method(&report.method)] {
        term::say(&term::dim(&line));
    }
    let head = [
        String::new(),
        t!("store", "magasin"),
        t!("limit", "limite"),
        t!("compared (least … most)", "comparaison (min … max)"),
        t!("target", "objectif"),
    ];
    let rows: Vec<Row> = report.figures.iter().map(row).collect();
    let widths = widths(std::iter::once(&head).chain(&rows));
    term::line("");
    term::say(&term::dim(&padded(&head, widths)));
    let mut against = None;
    for (figure, row) in report.figures.iter().zip(&rows) {
        if against != Some(&figure.against) {
            term::say(&term::bold(figure.against.chosen()));
            against = Some(&figure.against);
        }
        let line = padded(row, widths);
        match figure.met {
            Some(true) => term::good(&line),
            Some(false) => term::bad(&line),
            None => term::say(&format!("  {line}")),
        }
    }
}

fn machine(machine: &Machine) -> String {
    let Machine { processor, cores, memory_bytes, system, database, flush_log_at_commit, redis } = machine;
    let processor = processor.clone().unwrap_or_else(|| t!("unknown processor", "processeur inconnu"));
    let memory = memory_bytes.map(|bytes| format!(", {}", term::mebibytes(bytes))).unwrap_or_default();
    t!(
        "{processor}, {cores} cores{memory}; {system}; {database}, innodb_flush_log_at_trx_commit={flush_log_at_commit}; Redis {redis}",
        "{processor}, {cores} cœurs{memory}\u{202f}; {system}\u{202f}; {database}, innodb_flush_log_at_trx_commit={flush_log_at_commit}\u{202f}; Redis {redis}"
    )
}

fn method(method: &Method) -> String {
    let Method { seconds, rounds, connections } = method;
    let seconds = term::decimal(*seconds);
    t!(
        "median of {rounds} rounds of {seconds} s a side; {connections} connections where throughput is measured, one where latency is",
        "médiane de {rounds} tours de {seconds} s par côté\u{202f}; {connections} connexions pour les débits, une pour les latences"
    )
}

fn row(figure: &Figure) -> Row {
    let Figure { title, unit, ours, limit, compared, target, .. } = figure;
    let Spread { median, min, max } = *compared;
    let (side, compared): (fn(f64) -> String, String) = match unit {
        Unit::PerSecond => (
            |value| format!("{}/s", term::whole(value)),
            format!("{} ({} … {})", term::decimal(median), term::decimal(min), term::decimal(max)),
        ),
        Unit::Microseconds => (
            |value| format!("{} µs", term::whole(value)),
            format!("{} µs ({} … {})", signed(median), signed(min), signed(max)),
        ),
    };
    let target = target.map(|target| format!("≥ {}", term::decimal(target))).unwrap_or_default();
    [title.chosen().to_owned(), side(ours.median), side(limit.median), compared, target]
}

fn signed(value: f64) -> String {
    let sign = if value < 0.0 { '−' } else { '+' };
    format!("{sign}{}", term::whole(value.abs()))
}

fn widths<'r>(rows: impl Iterator<Item = &'r Row>) -> [usize; 5] {
    rows.fold([0; 5], |widths, row| std::array::from_fn(|at| widths[at].max(row[at].chars().count())))
}

/// Text to the left, numbers to the right.
fn padded(row: &Row, widths: [usize; 5]) -> String {
    let cell = |at: usize| {
        let (text, width) = (&row[at], widths[at]);
        if matches!(at, 1 | 2) { format!("{text:>width$}") } else { format!("{text:<width$}") }
    };
    (0..row.len()).map(cell).collect::<Vec<_>>().join("   ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unit: &str, compared: [f64; 3]) -> Figure {
        let [median, min, max] = compared;
        let spread = |median: f64, min: f64, max: f64| serde_json::json!({"median": median, "min": min, "max": max});
        let text = serde_json::json!({"en": "reads", "fr": "lectures"});
        serde_json::from_value(serde_json::json!({
            "title": text, "against": text, "unit": unit, "ours": spread(9_412.4, 1.0, 2.0),
            "limit": spread(18_322.0, 1.0, 2.0), "compared": spread(median, min, max), "target": 0.5, "met": true,
        }))
        .unwrap()
    }

    #[test]
    fn ratios_and_differences_are_written_as_what_they_are() {
        assert_eq!(
            row(&figure("per_second", [0.514, 0.49, 0.53])),
            ["reads", "9,412/s", "18,322/s", "0.51 (0.49 … 0.53)", "≥ 0.50"].map(str::to_owned)
        );
        assert_eq!(row(&figure("microseconds", [371.4, -2.0, 1_400.0]))[3], "+371 µs (−2 … +1,400)");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "1", "22", "x", ""], ["bb", "333", "4", "yy", "z"]].map(|row| row.map(str::to_owned));
        let widths = widths(rows.iter());
        assert_eq!(padded(&rows[0], widths), "a      1   22   x");
        assert_eq!(padded(&rows[1], widths), "bb   333    4   yy   z");
    }
}
