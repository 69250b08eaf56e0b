//! A started process together with what started it: so it can be killed and started again.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::interrupt;
use crate::process::{Guarded, Spec, Stopped};
use crate::t;

const POLL: Duration = Duration::from_millis(20);
const LOG_LINES: usize = 12;

/// A process that is started, stopped and started again by the same command.
#[derive(Debug)]
pub struct Running {
    /// What is run.
    pub spec: Spec,
    process: Option<Guarded>,
}

impl Running {
    /// Holds a command that does not run yet.
    #[must_use]
    pub fn new(spec: Spec) -> Self {
        Self { spec, process: None }
    }

    /// Starts it, if it does not run.
    pub fn start(&mut self) -> Result<()> {
        if self.ended().is_some() {
            let (name, line) = (&self.spec.name, self.spec.command_line());
            let process = Guarded::spawn(&self.spec)
                .with_context(|| t!("cannot start {name}: {line}", "impossible de démarrer {name}\u{a0}: {line}"))?;
            self.process = Some(process);
        }
        Ok(())
    }

    /// Its process id while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Guarded::pid)
    }

    /// How long it has been running.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.process.as_ref().map(Guarded::age).unwrap_or_default()
    }

    /// Why it does not run: never started, or ended in this way. Nothing while it runs.
    pub fn ended(&mut self) -> Option<String> {
        let Some(process) = &mut self.process else {
            return Some(t!("not started", "non démarré"));
        };
        match process.ended() {
            Ok(None) => None,
            Ok(Some(status)) => Some(status.to_string()),
            Err(error) => Some(error.to_string()),
        }
    }

    /// Waits until `ready` says yes; gives up when the process ends or `limit` passes, and
    /// then shows the last lines of its log.
    pub fn wait_ready(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let end = Instant::now() + limit;
        loop {
            interrupt::check()?;
            if let Some(why) = self.ended() {
                let (name, log) = (&self.spec.name, self.last_words());
                bail!(
                    "{}",
                    t!(
                        "{name} ended while starting ({why}).{log}",
                        "{name} s'est arrêté pendant son démarrage ({why}).{log}"
                    )
                );
            }
            if ready() {
                return Ok(());
            }
            if Instant::now() >= end {
                let (name, seconds, log) = (&self.spec.name, limit.as_secs(), self.last_words());
                bail!(
                    "{}",
                    t!("{name} is not ready after {seconds} s.{log}", "{name} n'est pas prêt après {seconds} s.{log}")
                );
            }
            std::thread::sleep(POLL);
        }
    }

    /// Sends SIGTERM and waits; killed after `grace`.
    pub fn stop(&mut self, grace: Duration) -> Result<Option<Stopped>> {
        match self.process.take() {
            Some(mut process) => Ok(Some(process.stop(grace)?)),
            None => Ok(None),
        }
    }

    /// Sends SIGTERM and does not wait.
    pub fn terminate(&mut self) -> Result<()> {
        match &mut self.process {
            Some(process) => Ok(process.terminate()?),
            None => Ok(()),
        }
    }

    /// Sends a signal, if it runs.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        match &mut self.process {
            Some(process) => Ok(process.signal(signal)?),
            None => Ok(()),
        }
    }

    /// SIGKILL: a crash in the middle of anything.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(process) = &mut self.process {
            process.kill()?;
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        let Some(log) = self.spec.log() else {
            return String::new();
        };
        let lines = tail(log, LOG_LINES);
        let path = log.display();
        t!("\nThe end of {path}:\n{lines}", "\nLa fin de {path}\u{a0}:\n{lines}")
    }
}

/// The last lines of a file, indented; empty when it cannot be read.
fn tail(path: &Path, count: usize) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(count);
    lines.get(from..).unwrap_or_default().iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
