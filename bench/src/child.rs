//! Programs beside the bench; each ends with it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A running program, killed when dropped. Should the bench itself be killed, its process group goes with it:
/// `cargo stack` sees to that.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts this program once more, to serve; the first line that it writes is where.
    pub fn serve(args: &[&str]) -> Result<(Self, SocketAddr)> {
        let mut command = Command::new(std::env::current_exe()?);
        // Not the others: an address may have a password.
        let name = args.first().copied().unwrap_or_default();
        let command = command.args(args).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut running = Self(command.spawn().with_context(|| format!("cannot start {name}"))?);
        let mut line = String::new();
        if let Some(output) = running.0.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let line = line.trim();
        let address = line.parse().with_context(|| format!("{name} said `{line}`"))?;
        Ok((running, address))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
