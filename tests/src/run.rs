//! A program that is run until it ends by itself: for settings it must refuse, for help, for the audit.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use stack::process::{Guarded, Output, Spec};

use crate::environment::environment;
use crate::service::{HIDDEN_ENV, POLL};

/// How long a service may take to refuse its settings.
const REFUSAL_LIMIT: Duration = Duration::from_secs(30);

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// How long it took from the signal, or from the start.
    pub took: Duration,
    /// All that it wrote.
    pub output: String,
}

/// Runs a service with these arguments and variables alone until it ends by itself: for settings it must refuse.
///
/// # Panics
/// When it goes on running.
pub async fn run_to_end(program: &str, args: &[&str], envs: &[(&str, &str)]) -> Ended {
    let folder = stack::temp::TempFolder::new("run").expect("a folder");
    let log = folder.path().join("output.log");
    let mut spec = Spec::new(program, environment().program(program))
        .args(args)
        .hide_env(&HIDDEN_ENV)
        .output(Output::Log(log.clone()));
    for (name, value) in envs {
        spec = spec.env(name, value);
    }
    let mut process = Guarded::spawn(&spec).expect("the process");
    let started = Instant::now();
    let output = || std::fs::read_to_string(&log).unwrap_or_default();
    loop {
        if let Some(status) = process.ended().expect("its status") {
            return Ended { status, took: started.elapsed(), output: output() };
        }
        assert!(started.elapsed() < REFUSAL_LIMIT, "{program} {args:?} goes on running:\n{}", output());
        tokio::time::sleep(POLL).await;
    }
}
