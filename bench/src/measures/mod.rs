//! One measure a file. A new one is its file, its line in `ALL`, and its name in the stack's list.

mod backlog;
mod consumer;
mod gateway;
mod graphql;
mod growth;
mod instances;
mod latency;
mod memory;
mod orders;
mod others;
mod poison;
mod relay;
mod replay;
mod sagas;
mod start;
mod telemetry;
mod visible;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use crate::catalogue::Catalogue;
use crate::load::Load;
use crate::report::Figure;
use crate::settings::RunSettings;

/// The measures that there are, in the order in which they run: orders change the levels that reads look at.
pub(crate) const ALL: [Measure; 18] = [
    Measure { name: graphql::NAME, run: |bench| Box::pin(graphql::run(bench)) },
    Measure { name: gateway::NAME, run: |bench| Box::pin(gateway::run(bench)) },
    Measure { name: start::NAME, run: |bench| Box::pin(start::run(bench)) },
    Measure { name: relay::NAME, run: |bench| Box::pin(relay::run(bench)) },
    Measure { name: backlog::NAME, run: |bench| Box::pin(backlog::run(bench)) },
    Measure { name: consumer::NAME, run: |bench| Box::pin(consumer::run(bench)) },
    Measure { name: visible::NAME, run: |bench| Box::pin(visible::run(bench)) },
    Measure { name: orders::NAME, run: |bench| Box::pin(orders::run(bench)) },
    Measure { name: latency::NAME, run: |bench| Box::pin(latency::run(bench)) },
    Measure { name: sagas::NAME, run: |bench| Box::pin(sagas::peak(bench)) },
    Measure { name: sagas::HOT, run: |bench| Box::pin(sagas::hot(bench)) },
    Measure { name: poison::NAME, run: |bench| Box::pin(poison::run(bench)) },
    Measure { name: replay::NAME, run: |bench| Box::pin(replay::run(bench)) },
    Measure { name: memory::NAME, run: |bench| Box::pin(memory::run(bench)) },
    Measure { name: instances::NAME, run: |bench| Box::pin(instances::run(bench)) },
    Measure { name: telemetry::NAME, run: |bench| Box::pin(telemetry::run(bench)) },
    Measure { name: growth::NAME, run: |bench| Box::pin(growth::run(bench)) },
    Measure { name: others::NAME, run: |bench| Box::pin(others::run(bench)) },
];

/// Measured where it is named, and not with all others: it fetches programs that nothing else needs.
const ONLY_BY_NAME: &str = others::NAME;

/// Those that are asked for: of all, all but one.
pub(crate) fn chosen(only: &[String]) -> impl Iterator<Item = &'static Measure> {
    ALL.iter().filter(move |measure| match only {
        [] => measure.name != ONLY_BY_NAME,
        only => only.iter().any(|name| name == measure.name),
    })
}

/// Their names, for `--only`.
pub(crate) fn names() -> [&'static str; ALL.len()] {
    ALL.each_ref().map(|measure| measure.name)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fetches_programs_runs_only_by_name() {
        let names = |only: &[String]| chosen(only).map(|measure| measure.name).collect::<Vec<_>>();
        assert_eq!(names(&[]).len(), ALL.len() - 1);
        assert!(!names(&[]).contains(&ONLY_BY_NAME));
        assert_eq!(names(&[ONLY_BY_NAME.to_owned()]), [ONLY_BY_NAME]);
    }
}
