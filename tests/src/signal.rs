//! Signals to the processes that a test started.

use rustix::process::{Pid, Signal, kill_process};

/// Sends a signal to a running process.
pub(crate) fn send(name: &str, pid: Option<u32>, signal: Signal) {
    let pid = pid.and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
    let pid = pid.unwrap_or_else(|| panic!("{name} does not run"));
    kill_process(pid, signal).unwrap_or_else(|error| panic!("{signal:?} to {name}: {error}"));
}
