//! Programs beside the bench; each ends with it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A running program, killed when dropped. Should the bench itself be killed, its process group goes with it:
/// `cargo stack` sees to that.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts it and reads the first line that it writes.
    pub fn start_and_hear(command: &mut Command) -> Result<(Self, String)> {
        let what = format!("cannot start {}", command.get_program().display());
        let mut running = Self(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context(what)?);
        let mut line = String::new();
        if let Some(output) = running.0.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        Ok((running, line.trim().to_owned()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
