//! One measure a file. A new one is its file, its line in [`ALL`], and its name in [`NAMES`].

mod gateway;
mod graphql;
mod orders;
mod poison;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use crate::catalogue::Catalogue;
use crate::load::Load;
use crate::report::Figure;
use crate::settings::RunSettings;

/// The measures that there are, by the names of `--only`.
pub const NAMES: [&str; 4] = [graphql::NAME, gateway::NAME, orders::NAME, poison::NAME];

pub(crate) const ALL: [Measure; 4] = [
    Measure { name: graphql::NAME, run: |bench| Box::pin(graphql::run(bench)) },
    Measure { name: gateway::NAME, run: |bench| Box::pin(gateway::run(bench)) },
    // Last: they change the levels that the others read.
    Measure { name: orders::NAME, run: |bench| Box::pin(orders::run(bench)) },
    Measure { name: poison::NAME, run: |bench| Box::pin(poison::run(bench)) },
];

/// A measure.
pub(crate) struct Measure {
    pub name: &'static str,
    pub run: for<'a> fn(&'a Bench) -> LocalBoxFuture<'a, Result<Vec<Figure>>>,
}

/// What measures work with.
#[derive(Debug)]
pub(crate) struct Bench {
    pub settings: RunSettings,
    pub catalogue: Catalogue,
}

impl Bench {
    pub fn load(&self) -> Load {
        Load { seconds: self.settings.seconds, connections: self.settings.connections }
    }
}
