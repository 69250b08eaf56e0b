//! What the terminal shows: the cases, each as it ends, and the table at the end.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use stack::t;
use stack::term;

use super::case::Planned;
use super::outcome::Outcome;
use super::setup::Setup;
use super::tally::recoveries;
use super::words;
use crate::report::{self, Summary};

/// Names the cases, one a line.
pub(super) fn list(cases: &[Planned]) {
    for planned in cases {
        term::line(&planned.case.to_string());
    }
}

/// How far the matrix is.
#[derive(Debug)]
pub(super) struct Progress<'s> {
    all: usize,
    done: AtomicUsize,
    setup: &'s Setup,
}

impl<'s> Progress<'s> {
    /// Of so many cases.
    pub fn of(all: usize, setup: &'s Setup) -> Self {
        let (cases, seed) = (words::cases(all), setup.seed);
        term::heading(&t!("{cases}, seed {seed}", "{cases}, graine {seed}"));
        Self { all, done: AtomicUsize::new(0), setup }
    }

    /// One more has ended; `kept` is where its store can be looked at, if it failed.
    pub fn show(&self, outcome: &Outcome, kept: Option<&Path>) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let again = recoveries(outcome).max();
        let again = again.map(|ms| t!(", handling again after {ms} ms", ", reprise après {ms} ms")).unwrap_or_default();
        let time = term::seconds(outcome.took);
        let line = format!("{done}/{} {}  {}", self.all, outcome.name, term::dim(&format!("{time}{again}")));
        if outcome.ok {
            term::good(&line);
            return;
        }
        term::bad(&line);
        term::say(outcome.error.as_deref().unwrap_or_default());
        let again = self.setup.repeat(&outcome.name, outcome.round);
        term::say(&t!("again: {again}", "à nouveau\u{a0}: {again}"));
        if let Some(kept) = kept {
            let kept = kept.display();
            term::say(&t!("its data and logs: {kept}", "ses données et journaux\u{a0}: {kept}"));
        }
    }
}

/// The table at the end: a line a kind of blow, the figures of all, and the verdict.
pub(super) fn table(summary: &Summary) {
    term::heading(&t!("What was killed, and what came of it", "Ce qui a été tué, et ce qui en est résulté"));
    let names: Vec<String> = summary.kinds.iter().map(report::Kind::text).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (kind, name) in summary.kinds.iter().zip(names) {
        let (held, all, deaths) = (kind.tally.held, kind.tally.cases, words::deaths(kind.tally.deaths));
        let again = match (kind.tally.p50_ms, kind.tally.p99_ms) {
            (Some(p50), Some(p99)) => {
                t!(", handling again p50 {p50} ms, p99 {p99} ms", ", reprise p50 {p50} ms, p99 {p99} ms")
            }
            _ => String::new(),
        };
        let line =
            t!("{name:<width$}  {held} of {all}, {deaths}{again}", "{name:<width$}  {held} sur {all}, {deaths}{again}");
        if held == all { term::good(&line) } else { term::bad(&line) }
    }
    term::say(&words::recoveries(&summary.all));
    let verdict = summary.verdict();
    term::heading(&if summary.all_hold() { term::green(&verdict) } else { term::red(&verdict) });
}
