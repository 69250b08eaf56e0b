//! The evidence of a run of the matrix: what was killed when, what became of each order, how long recoveries took, and
//! what the audit said. As JSON for programs, as one HTML file to hand in or to file, as `JUnit` for test runners.

mod chart;
mod html;
mod junit;
mod kind;

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
    /// The figures of all cases.
    #[serde(flatten)]
    pub all: Tally,
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
    /// Their figures.
    #[serde(flatten)]
    pub tally: Tally,
}

impl Summary {
    /// Of these outcomes.
    #[must_use]
    pub fn of(mut outcomes: Vec<Outcome>, setup: Setup, took: Duration) -> Self {
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
        Self { at: Utc::now(), setup, took, all, kinds, outcomes }
    }

    /// Whether every case holds.
    #[must_use]
    pub fn all_hold(&self) -> bool {
        self.all.held == self.all.cases
    }

    /// What came of it, in a line.
    #[must_use]
    pub fn verdict(&self) -> String {
        let (held, deaths, time) = (words::held(&self.all), words::deaths(self.all.deaths), term::seconds(self.took));
        if self.all_hold() {
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
