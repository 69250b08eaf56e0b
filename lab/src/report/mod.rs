//! The evidence of a run of the matrix: what was killed when, what became of each order, how long recoveries took, and
//! what the audit said. As JSON for programs, as one HTML file to hand in or to file, as `JUnit` for test runners.

mod chart;
mod html;
mod junit;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use stack::cli::CrashArgs;
use stack::t;
use stack::term;

use crate::matrix::{Outcome, percentile, recoveries};

/// A run of the matrix.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// What decided about the order of cases and all that was left to chance.
    pub seed: u64,
    /// Seconds that it took.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
    /// How many cases were run.
    pub cases: usize,
    /// How many of them hold.
    pub held: usize,
    /// How many processes died.
    pub deaths: usize,
    /// The cases by what was done.
    pub kinds: Vec<Kind>,
    /// Every case.
    pub outcomes: Vec<Outcome>,
}

/// The cases of one kind of blow.
#[derive(Debug, Serialize)]
pub struct Kind {
    /// The place, or the process with what was done to it.
    pub name: String,
    /// How many.
    pub cases: usize,
    /// How many hold.
    pub held: usize,
    /// How many processes died in them.
    pub deaths: usize,
    /// Milliseconds from a death to handling again: the median.
    pub p50_ms: Option<i64>,
    /// The same, exceeded by one in a hundred.
    pub p99_ms: Option<i64>,
}

impl Summary {
    /// Of these outcomes.
    #[must_use]
    pub fn of(mut outcomes: Vec<Outcome>, seed: u64, took: Duration) -> Self {
        outcomes.sort_by(|one, other| (one.ok, one.round, &one.name).cmp(&(other.ok, other.round, &other.name)));
        let mut by_kind: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
        for outcome in &outcomes {
            by_kind.entry(kind(&outcome.name)).or_default().push(outcome.clone());
        }
        let kinds = by_kind.into_iter().map(|(name, outcomes)| Kind::of(name, &outcomes)).collect();
        let all = Kind::of(String::new(), &outcomes);
        Self { at: Utc::now(), seed, took, cases: all.cases, held: all.held, deaths: all.deaths, kinds, outcomes }
    }

    /// Whether every case holds.
    #[must_use]
    pub fn all_hold(&self) -> bool {
        self.held == self.cases
    }
}

impl Kind {
    fn of(name: String, outcomes: &[Outcome]) -> Self {
        let times = recoveries(outcomes);
        Self {
            name,
            cases: outcomes.len(),
            held: outcomes.iter().filter(|outcome| outcome.ok).count(),
            deaths: outcomes.iter().flat_map(|outcome| &outcome.blows).filter(|blow| blow.deadly).count(),
            p50_ms: percentile(&times, 50),
            p99_ms: percentile(&times, 99),
        }
    }
}

/// `paid/store-manager/relay.after-ack:OrderPaid` is of the kind `store-manager relay.after-ack`.
fn kind(case: &str) -> String {
    let blow = case.split_once('/').map_or(case, |(_, blow)| blow);
    if blow.contains('+') {
        return if blow.ends_with("+in-recovery") { "killed again in its recovery" } else { "two deaths in one saga" }
            .to_owned();
    }
    if blow.contains("/clock-") && blow.contains(':') {
        return "a wrong clock, and a death".to_owned();
    }
    let blow = blow.strip_suffix("/under-load").map_or_else(|| blow.to_owned(), |blow| format!("{blow} under load"));
    blow.split(':').next().unwrap_or(&blow).replace('/', " ")
}

/// Writes what was asked for.
///
/// # Errors
/// A file cannot be written.
pub fn write(summary: &Summary, args: &CrashArgs) -> Result<()> {
    if let Some(folder) = &args.report {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let html = folder.join("report.html");
        put(&html, &html::page(summary).into_string())?;
        put(&folder.join("report.json"), &serde_json::to_string_pretty(summary)?)?;
        let html = html.display();
        term::say(&t!("evidence: {html}", "preuves\u{a0}: {html}"));
    }
    if let Some(path) = &args.json {
        put(path, &serde_json::to_string_pretty(summary)?)?;
    }
    if let Some(path) = &args.junit {
        put(path, &junit::document(summary))?;
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| path.display().to_string())
}

fn seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_of_one_place_are_of_one_kind() {
        assert_eq!(kind("paid/store-manager/relay.after-ack:OrderPaid"), "store-manager relay.after-ack");
        assert_eq!(kind("paid/kafka/gone-3s"), "kafka gone-3s");
        assert_eq!(kind("paid/kafka/killed/under-load"), "kafka killed under load");
        assert_eq!(kind("paid/store-manager/a.b:C+in-recovery"), "killed again in its recovery");
        assert_eq!(kind("paid/store-manager/a.b:C+payment-service/a.b:D"), "two deaths in one saga");
        assert_eq!(kind("paid/store-manager/clock-ahead"), "store-manager clock-ahead");
        assert_eq!(kind("paid/store-manager/clock-ahead/a.b:C"), "a wrong clock, and a death");
    }
}
