//! The report as a table: one line a figure, under what it is compared to.

use super::{Comparison, Figure, Goal, Machine, Median, Method, Must, Report, Spread, Unit};
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
        t!("promised", "promis"),
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
        match figure.met() {
            Some(true) => term::good(&line),
            Some(false) => term::bad(&line),
            None => term::say(&format!("  {line}")),
        }
    }
}

/// What it was measured on.
pub(super) fn machine(machine: &Machine) -> String {
    let Machine { processor, cores, system, database, flush_log_at_commit, redis, .. } = machine;
    let processor = processor.clone().unwrap_or_else(|| t!("unknown processor", "processeur inconnu"));
    let memory = machine.memory_bytes.map(|bytes| format!(", {}", term::mebibytes(bytes))).unwrap_or_default();
    let pool = term::mebibytes(machine.buffer_pool_bytes);
    let broker = machine.broker.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    t!(
        "{processor}, {cores} cores{memory}; {system}; {database}, innodb_flush_log_at_trx_commit={flush_log_at_commit}, innodb_buffer_pool_size {pool}; Redis {redis}; Kafka{broker}, acks=all",
        "{processor}, {cores} cœurs{memory}\u{202f}; {system}\u{202f}; {database}, innodb_flush_log_at_trx_commit={flush_log_at_commit}, innodb_buffer_pool_size {pool}\u{202f}; Redis {redis}\u{202f}; Kafka{broker}, acks=all"
    )
}

/// How it was measured.
pub(super) fn method(method: &Method) -> String {
    let Method { seconds, rounds, connections, scale, past_orders } = method;
    let (seconds, past) = (term::decimal(*seconds), term::count(*past_orders));
    let share = term::decimal(*scale);
    t!(
        "median of {rounds} rounds of {seconds} s a side; {connections} connections where throughput is measured, one where latency is; {past} past orders; share of what is large: {share}",
        "médiane de {rounds} tours de {seconds} s par côté\u{202f}; {connections} connexions pour les débits, une pour les latences\u{202f}; {past} commandes passées\u{202f}; part de ce qui est grand\u{a0}: {share}"
    )
}

/// A figure as a line.
pub(super) fn row(figure: &Figure) -> Row {
    let Figure { title, unit, ours, limit, goals, .. } = figure;
    let limit = limit.map(|limit| value(*unit, limit.median)).unwrap_or_default();
    let goals: Vec<String> = goals.iter().map(|goal| promised(figure, *goal)).collect();
    [title.chosen().to_owned(), value(*unit, ours.median), limit, compared(figure), goals.join(", ")]
}

/// Both sides compared; without another side, how far the rounds lie apart.
pub(super) fn compared(figure: &Figure) -> String {
    let Some(spread) = figure.compared else {
        let Spread { min, max, .. } = figure.ours;
        return format!("({} … {})", value(figure.unit, min), value(figure.unit, max));
    };
    let Spread { median, min, max } = spread;
    match figure.comparison {
        Comparison::Ratio => format!("{} ({} … {})", term::decimal(median), term::decimal(min), term::decimal(max)),
        Comparison::Difference => {
            let unit = figure.unit;
            format!("{} ({} … {})", signed(unit, median), signed(unit, min), signed(unit, max))
        }
    }
}

/// A goal in signs: `≥ 0.80` is a ratio, `≤ 2.5 ms` the store's own.
pub(super) fn promised(figure: &Figure, goal: Goal) -> String {
    let sign = match goal.must_be {
        Must::AtLeast => '≥',
        Must::AtMost => '≤',
    };
    match goal.of {
        Median::Ours => format!("{sign} {}", value(figure.unit, goal.value)),
        Median::Compared => format!("{sign} {} ×", term::decimal(goal.value)),
    }
}

/// A value in its unit, as people read it.
pub(super) fn value(unit: Unit, value: f64) -> String {
    match unit {
        Unit::PerSecond => format!("{}/s", term::whole(value)),
        Unit::Microseconds if value.abs() >= 100_000.0 => format!("{} ms", term::whole(value / 1e3)),
        Unit::Microseconds if value.abs() >= 10_000.0 => format!("{} ms", term::decimal(value / 1e3)),
        Unit::Microseconds => format!("{} µs", term::whole(value)),
        Unit::Bytes => format!("{} {}", term::decimal(value / 1e6), t!("MB", "Mo")),
    }
}

fn signed(unit: Unit, difference: f64) -> String {
    let sign = if difference < 0.0 { '−' } else { '+' };
    format!("{sign}{}", value(unit, difference.abs()))
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

    fn figure(unit: &str, comparison: &str, compared: Option<[f64; 3]>) -> Figure {
        let spread = |[median, min, max]: [f64; 3]| serde_json::json!({"median": median, "min": min, "max": max});
        let text = serde_json::json!({"en": "reads", "fr": "lectures"});
        let goals = serde_json::json!([{"of": "compared", "must_be": "at_least", "value": 0.5, "met": true},
                                       {"of": "ours", "must_be": "at_most", "value": 2_500.0, "met": false}]);
        serde_json::from_value(serde_json::json!({
            "name": "reads", "title": text, "against": text, "unit": unit, "comparison": comparison,
            "ours": spread([9_412.4, 1.0, 2.0]), "limit": compared.map(|_| spread([18_322.0, 1.0, 2.0])),
            "compared": compared.map(spread), "goals": goals,
        }))
        .unwrap()
    }

    #[test]
    fn ratios_and_differences_are_written_as_what_they_are() {
        let ratio = figure("per_second", "ratio", Some([0.514, 0.49, 0.53]));
        let expected = ["reads", "9,412/s", "18,322/s", "0.51 (0.49 … 0.53)", "≥ 0.50 ×, ≤ 2,500/s"];
        assert_eq!(row(&ratio), expected.map(str::to_owned));
        let difference = figure("microseconds", "difference", Some([371.4, -2.0, 14_000.0]));
        assert_eq!(row(&difference)[3], "+371 µs (−2 µs … +14.00 ms)");
    }

    #[test]
    fn what_stands_alone_shows_its_own_spread() {
        let alone = figure("bytes", "ratio", None);
        assert_eq!((row(&alone)[2].as_str(), row(&alone)[3].as_str()), ("", "(0.00 MB … 0.00 MB)"));
        assert_eq!(alone.met(), Some(false));
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "1", "22", "x", ""], ["bb", "333", "4", "yy", "z"]].map(|row| row.map(str::to_owned));
        let widths = widths(rows.iter());
        assert_eq!(padded(&rows[0], widths), "a      1   22   x");
        assert_eq!(padded(&rows[1], widths), "bb   333    4   yy   z");
    }
}
