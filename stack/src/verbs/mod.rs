//! One verb a file; each answers with its exit code.

mod audit;
mod bench;
mod demo;
mod doctor;
mod lab;
mod logs;
mod prepare;
mod replay;
mod reset;
mod status;
mod test;
mod up;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Verb;

/// Runs a verb.
pub fn run(verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Up(args) => up::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::Test(args) => test::run(&args),
        Verb::Replay(args) => replay::run(&args),
        Verb::Status => status::run(),
        Verb::Logs(args) => logs::run(&args),
        Verb::Reset => reset::run(),
        Verb::Audit(args) => audit::run(&args),
        Verb::Bench(args) => bench::run(&args),
        // Both are its program's, which reads the same command line.
        Verb::Crash(_) | Verb::Lab(_) => lab::run(),
        Verb::Doctor(args) => doctor::run(&args),
        Verb::Prepare(args) => prepare::run(&args),
    }
}

/// 0 when it is so, 1 when it is not.
fn exit_code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
