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
    run_to_end_within(REFUSAL_LIMIT, program, args, envs).await
}

/// The same for what takes its time.
///
/// # Panics
/// When it goes on running.
pub async fn run_to_end_within(limit: Duration, program: &str, args: &[&str], envs: &[(&str, &str)]) -> Ended {
    let mut spec = Spec::new(program, environment().program(program))
        .args(args)
        .hide_env(&HIDDEN_ENV)
        // Any free port: programs of several tests run side by side.
        .env("STORE_ADMIN_LISTEN", "127.0.0.1:0")
        .env("PAYMENT_ADMIN_LISTEN", "127.0.0.1:0");
    for (name, value) in envs {
        spec = spec.env(name, value);
    }
    run_spec(spec, limit).await
}

/// Runs any program to its end, within a limit.
pub(crate) async fn run_spec(spec: Spec, limit: Duration) -> Ended {
    let folder = stack::temp::TempFolder::new("run").expect("a folder");
    let log = folder.path().join("output.log");
    let line = spec.command_line();
    let spec = spec.output(Output::Log(log.clone()));
    let mut process = Guarded::spawn(&spec).expect("the process");
    let started = Instant::now();
    let output = || std::fs::read_to_string(&log).unwrap_or_default();
    loop {
        if let Some(status) = process.ended().expect("its status") {
            return Ended { status, took: started.elapsed(), output: output() };
        }
        assert!(started.elapsed() < limit, "{line} goes on running:\n{}", output());
        tokio::time::sleep(POLL).await;
    }
}
