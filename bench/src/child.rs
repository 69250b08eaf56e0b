//! Programs beside the bench; each ends with it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A running program, killed when dropped. Should the bench itself be killed, its process group goes with it:
/// `cargo stack` sees to that.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts it; what it writes to standard error is the bench's.
    pub fn start(command: &mut Command) -> Result<Self> {
        let line = || format!("cannot start {}", command.get_program().display());
        let what = line();
        command.stdin(Stdio::null()).spawn().map(Self).context(what)
    }

    /// Starts it and reads the first line that it writes.
    pub fn start_and_hear(command: &mut Command) -> Result<(Self, String)> {
        let mut running = Self::start(command.stdout(Stdio::piped()))?;
        let mut line = String::new();
        if let Some(output) = running.0.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        Ok((running, line.trim().to_owned()))
    }

    /// An error once it has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.0.try_wait()? {
            None => Ok(()),
            Some(status) => anyhow::bail!("it ended ({status})"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
