//! The report of `store-bench`, as it writes it.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::lang::{self, Lang};

/// Everything that a run found.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    /// Where it was measured.
    pub machine: Machine,
    /// How it was measured.
    pub method: Method,
    /// What was found.
    pub figures: Vec<Figure>,
}

/// The machine and the servers.
#[derive(Clone, Debug, Deserialize)]
pub struct Machine {
    /// The processor, where it is known.
    pub processor: Option<String>,
    /// Cores that could be used.
    pub cores: u64,
    /// Memory, where it is known.
    pub memory_bytes: Option<u64>,
    /// The operating system.
    pub system: String,
    /// The database server's version.
    pub database: String,
    /// `innodb_flush_log_at_trx_commit`.
    pub flush_log_at_commit: u64,
    /// The Redis server's version.
    pub redis: String,
}

/// How long was measured, and under which load.
#[derive(Clone, Debug, Deserialize)]
pub struct Method {
    /// Seconds of one side in one round.
    pub seconds: f64,
    /// Rounds that count.
    pub rounds: u64,
    /// Connections at the same time.
    pub connections: u64,
}

/// The same in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
}

/// What both sides are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A second; compared by ratio.
    PerSecond,
    /// Microseconds; compared by difference.
    Microseconds,
}

/// The round in the middle, and the two outermost.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

/// One comparison.
#[derive(Clone, Debug, Deserialize)]
pub struct Figure {
    /// What was measured.
    pub title: Text,
    /// What it is compared to.
    pub against: Text,
    /// What both sides are counted in.
    pub unit: Unit,
    /// The store's side.
    pub ours: Spread,
    /// The other side.
    pub limit: Spread,
    /// Both compared, round by round.
    pub compared: Spread,
    /// What the ratio should reach.
    pub target: Option<f64>,
    /// Whether it does.
    pub met: Option<bool>,
}

impl Report {
    /// Reads it.
    pub fn read(path: &Path) -> Result<Self> {
        let name = || path.display().to_string();
        serde_json::from_slice(&std::fs::read(path).with_context(name)?).with_context(name)
    }
}

impl Text {
    /// In the chosen language.
    #[must_use]
    pub fn chosen(&self) -> &str {
        match lang::current() {
            Lang::English => &self.en,
            Lang::French => &self.fr,
        }
    }
}
