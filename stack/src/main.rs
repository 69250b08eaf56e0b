//! `cargo stack`: reads the command line, runs one verb, answers with its exit code.

use std::process::ExitCode;

use clap::Parser;
use stack::cli::Cli;
use stack::interrupt::{self, Interrupted};
use stack::{lang, t, term, verbs};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // Before the arguments are parsed: the help texts are in the chosen language too.
    lang::set(lang::choose(&args, |name| std::env::var(name).ok()));
    let cli = Cli::parse();
    let outcome = interrupt::listen().map_err(Into::into).and_then(|()| verbs::run(cli.verb));
    match outcome {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!(
                "{}",
                t!(
                    "interrupted; everything started here is stopped",
                    "interrompu\u{202f}; tout ce qui a été démarré ici est arrêté"
                )
            );
            ExitCode::from(interrupt::EXIT_CODE)
        }
        // Whoever read our output has seen enough (`cargo stack logs | head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            term::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
