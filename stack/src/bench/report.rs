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
    /// `innodb_buffer_pool_size`.
    pub buffer_pool_bytes: u64,
    /// The Redis server's version.
    pub redis: String,
    /// The broker's version, where it is known.
    pub broker: Option<String>,
}

/// How long was measured, and under which load.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Method {
    /// Seconds of one side in one round.
    pub seconds: f64,
    /// Rounds that count.
    pub rounds: u64,
    /// Connections at the same time.
    pub connections: u64,
    /// The share of what is large that was used.
    pub scale: f64,
    /// Past orders of the store that has some.
    pub past_orders: u64,
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
    /// A second.
    PerSecond,
    /// Microseconds.
    Microseconds,
    /// Bytes.
    Bytes,
}

/// How both sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// By their ratio.
    Ratio,
    /// By their difference.
    Difference,
}

/// Which median a goal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Median {
    /// The store's.
    Ours,
    /// That of both compared.
    Compared,
}

/// On which side of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// That or more.
    AtLeast,
    /// That or less.
    AtMost,
}

/// What is promised, and whether it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Goal {
    /// Which median.
    pub of: Median,
    /// On which side of the value.
    pub must_be: Must,
    /// The value.
    pub value: f64,
    /// Whether it is kept.
    pub met: bool,
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

/// What was measured, beside its limit where there is one.
#[derive(Clone, Debug, Deserialize)]
pub struct Figure {
    /// Its name, the same from run to run.
    pub name: String,
    /// What was measured.
    pub title: Text,
    /// What it is compared to.
    pub against: Text,
    /// What both sides are counted in.
    pub unit: Unit,
    /// How they are compared.
    pub comparison: Comparison,
    /// The store's side.
    pub ours: Spread,
    /// The other side.
    pub limit: Option<Spread>,
    /// Both compared, round by round.
    pub compared: Option<Spread>,
    /// What is promised.
    pub goals: Vec<Goal>,
}

impl Report {
    /// Reads it.
    pub fn read(path: &Path) -> Result<Self> {
        let name = || path.display().to_string();
        serde_json::from_slice(&std::fs::read(path).with_context(name)?).with_context(name)
    }
}

impl Unit {
    /// Whether a higher value is the better one.
    #[must_use]
    pub fn more_is_better(self) -> bool {
        match self {
            Self::PerSecond => true,
            Self::Microseconds | Self::Bytes => false,
        }
    }
}

impl Figure {
    /// Whether all that is promised is kept; nothing where nothing is promised.
    #[must_use]
    pub fn met(&self) -> Option<bool> {
        (!self.goals.is_empty()).then(|| self.goals.iter().all(|goal| goal.met))
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
