//! `store-model`: checks the model on the terminal. Exit code 0 only when every property is as it should be.

use std::process::ExitCode;

use clap::Parser;
use model::check::{self, Limits, Outcome, Verdict};
use model::{Bounds, Bug, Saga, trace};

/// Checks the saga's model within bounds; exit code 0 only when every property is as it should be
#[derive(Debug, Parser)]
#[command(name = "store-model", version)]
struct Settings {
    #[command(flatten)]
    bounds: Bounds,
    /// Puts a fault into the model; may be repeated
    #[arg(long = "bug", value_enum, value_name = "BUG")]
    bugs: Vec<Bug>,
    /// Prints the shortest way to where a property fails
    #[arg(long)]
    trace: bool,
    /// Threads that look for states
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: u8,
    /// Stops after so many steps; 0 for no limit
    #[arg(long, default_value_t = 0, value_name = "STEPS")]
    max_steps: usize,
}

fn main() -> ExitCode {
    let settings = Settings::parse();
    let saga = Saga::new(settings.bounds, &settings.bugs);
    let outcome = check::check(&saga, Limits { threads: settings.threads.into(), steps: settings.max_steps });
    print(&outcome);
    if settings.trace {
        print_traces(&saga, &outcome);
    }
    if outcome.broken().is_empty() && outcome.is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(outcome: &Outcome) {
    let seconds = outcome.took.as_secs_f64();
    // Only for people to read.
    #[allow(clippy::cast_precision_loss, reason = "a rate, shown without decimals")]
    let rate = outcome.states as f64 / seconds.max(0.001);
    println!(
        "{} states, {} steps between them, at most {} from the beginning; {seconds:.1} s, {rate:.0} states/s",
        outcome.states,
        outcome.steps,
        outcome.depth.saturating_sub(1)
    );
    if !outcome.is_complete {
        println!("stopped at the limit of steps: what was not seen may be otherwise");
    }
    for (name, verdict) in &outcome.properties {
        let word = match verdict {
            Verdict::Holds => "holds",
            Verdict::Fails => "FAILS",
            Verdict::Reached => "happens",
            Verdict::NeverReached => "NEVER HAPPENS",
        };
        println!("  {word:<14} {name}");
    }
}

fn print_traces(saga: &Saga, outcome: &Outcome) {
    let failing = outcome.properties.iter().filter(|(_, verdict)| *verdict == Verdict::Fails);
    for (name, _) in failing {
        if let Some(path) = check::shortest(saga, name) {
            println!("\n{name}:\n\n{}", trace::table(saga, &path));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use clap::error::ErrorKind;

    use super::*;

    const COMMAND: &str = "cargo run --release -p model --";

    fn documents(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { documents(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn every_command_in_the_documents_is_understood() {
        let mut seen = 0;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        for file in documents(&folder).iter().filter(|file| file.extension().is_some_and(|kind| kind == "md")) {
            let text = fs::read_to_string(file).expect("a document");
            for (_, arguments) in text.lines().filter_map(|line| line.split_once(COMMAND)) {
                let arguments = arguments.split(['#', '`']).next().unwrap_or_default();
                let words = ["store-model"].into_iter().chain(arguments.split_whitespace());
                let refused =
                    Settings::try_parse_from(words).err().filter(|error| error.kind() != ErrorKind::DisplayHelp);
                assert!(refused.is_none(), "{}: `{COMMAND}{arguments}`: {refused:?}", file.display());
                seen += 1;
            }
        }
        assert!(seen > 5, "only {seen} commands were found");
    }
}
