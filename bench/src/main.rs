//! Starts the bench, or one of the bare limits that need a process of their own.

use std::process::ExitCode;

use bench::settings::{Command, Settings};
use bench::{bare, collector};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Settings::parse().command {
        Command::Run(settings) => bench::run(*settings).await,
        Command::Route(settings) => bare::route::serve(&settings).await,
        Command::Collector => collector::serve().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("store-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
