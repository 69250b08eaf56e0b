//! The evidence of a run of the matrix: what was killed when, what became of each order, how long recoveries took, and
//! what the audit said. As JSON for programs, as one HTML file to hand in or to file, as `JUnit` for test runners.

mod chart;
mod html;
mod junit;
mod kind;
mod rows;
mod targets;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use stack::t;
use stack::term;

pub use targets::{check, write};

use crate::matrix::{Outcome, Setup, Tally, seconds, words};

/// A run of the matrix.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// What was asked for, and where it ran.
    #[serde(flatten)]
    pub setup: Setup,
    /// Seconds that it took.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
    /// How many cases were to be run; fewer were if it was broken off.
    pub planned: usize,
    /// The figures of all cases that were run.
    #[serde(flatten)]
    pub all: Tally,
    /// The cases by what was done.
    pub kinds: Vec<Kind>,
    /// Every case that was run.
    pub outcomes: Vec<Outcome>,
}

/// The cases of one kind of blow.
#[derive(Debug, Serialize)]
pub struct Kind {
    /// The place, or the process with what was done to it.
    pub name: String,
    /// Their figures.
    #[serde(flatten)]
    pub tally: Tally,
}

impl Summary {
    /// Of these outcomes.
    #[must_use]
    pub fn of(mut outcomes: Vec<Outcome>, setup: Setup, planned: usize, took: Duration) -> Self {
        outcomes.sort_by(|one, other| (one.ok, one.round, &one.name).cmp(&(other.ok, other.round, &other.name)));
        for failed in outcomes.iter_mut().filter(|outcome| !outcome.ok) {
            failed.again = Some(setup.repeat(&failed.name, failed.round));
        }
        let mut by_kind: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
        for outcome in &outcomes {
            by_kind.entry(kind::kind(&outcome.name)).or_default().push(outcome);
        }
        let kinds = by_kind.into_iter().map(|(name, outcomes)| Kind { name, tally: Tally::of(&outcomes) }).collect();
        let all = Tally::of(&outcomes.iter().collect::<Vec<_>>());
        Self { at: Utc::now(), setup, took, planned, all, kinds, outcomes }
    }

    /// Whether every case was run, and holds.
    #[must_use]
    pub fn all_hold(&self) -> bool {
        self.all.held == self.planned
    }

    /// What came of it, in a line.
    #[must_use]
    pub fn verdict(&self) -> String {
        let (held, deaths, time) = (words::held(&self.all), words::deaths(self.all.deaths), term::seconds(self.took));
        if self.all.cases < self.planned {
            let (cases, planned) = (self.all.cases, words::cases(self.planned));
            t!(
                "broken off after {cases} of {planned}: {held} ({time})",
                "interrompu après {cases} sur {planned}\u{a0}: {held} ({time})"
            )
        } else if self.all_hold() {
            t!(
                "{held} after {deaths} ({time}): nothing lost, nothing twice",
                "{held} après {deaths} ({time})\u{a0}: rien de perdu, rien en double"
            )
        } else {
            let failed = self.all.cases - self.all.held;
            t!("{failed} failed, {held} ({time})", "{failed} en échec, {held} ({time})")
        }
    }
}

impl Kind {
    /// Its name in the language that was chosen.
    #[must_use]
    pub fn text(&self) -> String {
        kind::text(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::args_of;

    #[test]
    fn what_was_broken_off_is_no_success() {
        let args = args_of(&["--seed", "7"]);
        let held = Outcome { ok: true, ..Outcome::new("paid/redis/killed".to_owned(), 1) };
        let of = |planned| Summary::of(vec![held.clone()], Setup::of(&args, 7), planned, Duration::ZERO);
        assert!(of(1).all_hold() && of(1).verdict().ends_with("nothing lost, nothing twice"));
        assert!(!of(2).all_hold(), "{}", of(2).verdict());
        assert_eq!(of(2).verdict(), "broken off after 1 of 2 cases: 1 of 1 case holds (0.0 s)");
    }
}
