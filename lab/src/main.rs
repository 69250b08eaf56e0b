//! `store-lab`: the verbs `crash` and `lab` of `cargo stack`, which reads the same command line and becomes this.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser as _;
use stack::cli::{Cli, Verb};
use stack::interrupt::{self, Interrupted};
use stack::{lang, t, term};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    lang::set(lang::choose(&args, |name| std::env::var(name).ok()));
    let cli = Cli::parse();
    match interrupt::listen().map_err(Into::into).and_then(|()| run(cli.verb)) {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => ExitCode::from(interrupt::EXIT_CODE),
        Err(error) => {
            term::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Crash(args) => lab::matrix::run(&args),
        Verb::Lab(args) => lab::page::run(&args),
        _ => bail!("{}", t!("store-lab knows crash and lab alone", "store-lab ne connaît que crash et lab")),
    }
}
