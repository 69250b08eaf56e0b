//! What a run was asked for, and where it ran: without it the figures of a report say nothing.

use serde::Serialize;
use stack::cli::CrashArgs;

/// The options of a run, and its machine.
#[derive(Clone, Debug, Serialize)]
pub struct Setup {
    /// The store's version.
    pub version: &'static str,
    /// Processors of the machine.
    pub cores: usize,
    /// What decided about the order of cases and all that was left to chance.
    pub seed: u64,
    /// How often all cases were to run.
    pub rounds: u32,
    /// Stores that were killed at the same time.
    pub jobs: u8,
    /// Seconds that an order was given to end.
    pub patience_s: u64,
    /// Whether each point was tried once, and no fault of a server.
    pub short: bool,
    /// Which cases were wanted; all where there is none.
    pub only: Vec<String>,
    /// The deliberate fault that the services had.
    pub mutation: Option<String>,
}

/// The options of a line, for tests.
#[cfg(test)]
pub(crate) fn args_of(options: &[&str]) -> CrashArgs {
    use clap::Parser as _;
    use stack::cli::{Cli, Verb};
    let Verb::Crash(args) = Cli::parse_from([&["cargo stack", "crash"], options].concat()).verb else {
        panic!("{options:?}")
    };
    args
}

impl Setup {
    /// Of a run with these options and that seed, here.
    #[must_use]
    pub fn of(args: &CrashArgs, seed: u64) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            seed,
            rounds: args.rounds,
            jobs: args.jobs,
            patience_s: args.patience,
            short: args.short,
            only: args.only.clone(),
            mutation: args.mutation.clone(),
        }
    }

    /// The command that runs all of it again.
    #[must_use]
    pub fn command(&self) -> String {
        let Self { rounds, jobs, .. } = self;
        let only = self.only.iter().fold(String::new(), |said, text| format!("{said} --only '{text}'"));
        format!("cargo stack crash{only} --rounds {rounds} --jobs {jobs}{}", self.chances())
    }

    /// The command that runs one case of it again.
    #[must_use]
    pub fn repeat(&self, case: &str, round: u32) -> String {
        format!("cargo stack crash --only '{case}' --rounds {round}{}", self.chances())
    }

    /// What decides how a case goes.
    fn chances(&self) -> String {
        let short = if self.short { " --short" } else { "" };
        let mutation = self.mutation.as_ref().map(|name| format!(" --mutation {name}")).unwrap_or_default();
        format!(" --seed {} --patience {}{short}{mutation}", self.seed, self.patience_s)
    }
}
