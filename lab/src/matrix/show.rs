//! What the terminal shows: the cases, each as it ends, and the table at the end.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use stack::cli::CrashArgs;
use stack::t;
use stack::term;

use super::case::Case;
use super::outcome::Outcome;
use crate::report::Summary;

/// Names the cases, one a line.
pub(super) fn list(cases: &[(u32, Case)]) {
    for (_, case) in cases {
        term::line(&case.to_string());
    }
}

/// How far the matrix is.
#[derive(Debug)]
pub(super) struct Progress {
    all: usize,
    done: AtomicUsize,
    /// What was asked for, so that it can be asked for again.
    options: String,
}

impl Progress {
    /// Of so many cases.
    pub fn of(all: usize, seed: u64, args: &CrashArgs) -> Self {
        term::heading(&t!("{all} cases, seed {seed}", "{all} cas, graine {seed}"));
        let mut options = format!("--seed {seed} --patience {}", args.patience);
        if args.short {
            options.push_str(" --short");
        }
        if let Some(mutation) = &args.mutation {
            options = format!("{options} --mutation {mutation}");
        }
        Self { all, done: AtomicUsize::new(0), options }
    }

    /// One more has ended; `kept` is where its store can be looked at, if it failed.
    pub fn show(&self, outcome: &Outcome, kept: Option<&Path>) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let again = outcome.blows.iter().filter_map(|blow| blow.handled_again_ms).max();
        let again = again.map(|ms| t!(", handling again after {ms} ms", ", reprise après {ms} ms")).unwrap_or_default();
        let time = term::seconds(outcome.took);
        let line = format!("{done}/{} {}  {}", self.all, outcome.name, term::dim(&format!("{time}{again}")));
        if outcome.ok {
            term::good(&line);
            return;
        }
        term::bad(&line);
        term::say(outcome.error.as_deref().unwrap_or_default());
        let again = format!("cargo stack crash --only '{}' --rounds {} {}", outcome.name, outcome.round, self.options);
        term::say(&t!("again: {again}", "à nouveau\u{a0}: {again}"));
        if let Some(kept) = kept {
            let kept = kept.display();
            term::say(&t!("its data and logs: {kept}", "ses données et journaux\u{a0}: {kept}"));
        }
    }
}

/// The table at the end: a line a kind of blow, and the verdict.
pub(super) fn table(summary: &Summary) {
    term::heading(&t!("What was killed, and what came of it", "Ce qui a été tué, et ce qui en est résulté"));
    let width = summary.kinds.iter().map(|kind| kind.name.chars().count()).max().unwrap_or(0);
    for kind in &summary.kinds {
        let (name, held, all, deaths) = (&kind.name, kind.held, kind.cases, kind.deaths);
        let again = match (kind.p50_ms, kind.p99_ms) {
            (Some(p50), Some(p99)) => {
                t!("handling again p50 {p50} ms, p99 {p99} ms", "reprise p50 {p50} ms, p99 {p99} ms")
            }
            _ => String::new(),
        };
        let line = t!(
            "{name:<width$}  {held}/{all} cases hold, {deaths} deaths  {again}",
            "{name:<width$}  {held}/{all} cas tiennent, {deaths} arrêts  {again}"
        );
        if held == all { term::good(&line) } else { term::bad(&line) }
    }
    let (held, all, deaths, time) = (summary.held, summary.cases, summary.deaths, term::seconds(summary.took));
    let verdict = t!(
        "{held} of {all} cases hold after {deaths} deaths ({time}): nothing lost, nothing twice",
        "{held} cas sur {all} tiennent après {deaths} arrêts brutaux ({time})\u{a0}: rien de perdu, rien en double"
    );
    if summary.all_hold() {
        term::heading(&term::green(&verdict));
    } else {
        let failed = all - held;
        term::heading(&term::red(&t!(
            "{failed} of {all} cases failed ({time})",
            "{failed} cas sur {all} ont échoué ({time})"
        )));
    }
}
