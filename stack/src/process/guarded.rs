//! A running process that cannot outlive the stack.
//!
//! Each process leads a process group of its own, and shares it with a small watchdog: a
//! shell that reads from a pipe whose other end only the stack holds. When the stack ends,
//! however it ends (SIGKILL too), the kernel closes the pipe, the watchdog's read returns,
//! and it kills the group, so also what the process itself has started (cargo's compilers,
//! a test's servers). The watchdog exists before the program does, so there is no moment
//! without it, and as long as it lives the group's number cannot be given to others.
//!
//! Why not the kernel's parent-death signal: it is Linux only, it reaches the child alone,
//! and it fires when the *thread* ends that started the child. Why a group of its own:
//! Ctrl-C on the terminal then reaches the stack alone, which stops things in their order.

use std::io::{self, PipeReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::Spec;

/// Starts the watchdog in the background and becomes the program, with its process id.
/// Descriptor 3 is the pipe; the program gets an empty standard input instead.
const SCRIPT: &str = r#"exec 3<&0 </dev/null
{ trap '' HUP INT TERM; read -r _ <&3; kill -s KILL -- -$$; } >/dev/null 2>&1 &
exec 3<&-
exec "$0" "$@""#;

/// How often a wait looks whether the process has ended.
const POLL: Duration = Duration::from_millis(10);

/// How a stop went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// It ended by itself within the time given, with this status.
    ByItself(ExitStatus),
    /// It did not, and was killed.
    Killed,
}

/// A running process; killed when dropped.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
    /// Held open as long as the process may live: closing it lets the watchdog strike.
    lifeline: Option<ChildStdin>,
    output: Option<PipeReader>,
    started: Instant,
}

impl Guarded {
    /// Starts the process.
    pub fn spawn(spec: &Spec) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(SCRIPT).arg(&spec.program).args(&spec.args);
        command.process_group(0);
        let output = spec.apply(&mut command)?;
        command.stdin(Stdio::piped());
        let mut child = command.spawn()?;
        let lifeline = child.stdin.take();
        Ok(Self { child, lifeline, output, started: Instant::now() })
    }

    /// Its process id (the program's own, not a shell's).
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How long ago it was started.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// What it writes, once, if it is captured.
    pub fn take_output(&mut self) -> Option<PipeReader> {
        self.output.take()
    }

    /// How it ended, or nothing while it runs.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits until it ends.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        // Not Child::wait: that would close the lifeline, were it still in the child.
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
    }

    /// Waits until it ends, at most `limit`.
    pub fn wait_at_most(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let end = Instant::now() + limit;
        loop {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            std::thread::sleep(POLL);
        }
    }

    /// Sends SIGTERM, if it still runs.
    pub fn terminate(&mut self) -> io::Result<()> {
        self.signal(Signal::TERM)
    }

    /// Kills it with SIGKILL and collects its status: as a crash, in the middle of anything.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        self.signal(Signal::KILL)?;
        self.wait()
    }

    /// Sends SIGTERM, waits at most `grace`, then kills.
    pub fn stop(&mut self, grace: Duration) -> io::Result<Stopped> {
        self.terminate()?;
        if let Some(status) = self.wait_at_most(grace)? {
            return Ok(Stopped::ByItself(status));
        }
        self.kill()?;
        Ok(Stopped::Killed)
    }

    /// Signals the process only while it is known to run: once its status is collected,
    /// the kernel may give its number to a stranger.
    pub fn signal(&mut self, signal: Signal) -> io::Result<()> {
        if self.ended()?.is_some() {
            return Ok(());
        }
        match i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            Some(pid) => Ok(kill_process(pid, signal)?),
            None => Ok(()),
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // An error here means that it is gone already.
        let _ = self.kill();
        // What it started goes with it: the watchdog strikes when the pipe closes.
        self.lifeline.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Output;

    fn shell(script: &str) -> Spec {
        Spec::new("sh", "/bin/sh").args(["-c", script])
    }

    fn runs(pid: u32) -> bool {
        // A zombie that nobody collects (its parent died, and init is slow) does not run.
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    fn soon(mut holds: impl FnMut() -> bool) -> bool {
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if holds() {
                return true;
            }
            std::thread::sleep(POLL);
        }
        false
    }

    #[test]
    fn the_status_is_the_programs() {
        let mut process = Guarded::spawn(&shell("exit 7")).unwrap();
        assert_eq!(process.wait().unwrap().code(), Some(7));
    }

    #[test]
    fn the_process_id_is_the_programs() {
        let mut process = Guarded::spawn(&shell("echo $$").output(Output::Capture)).unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(&mut process.take_output().unwrap(), &mut said).unwrap();
        assert_eq!(said.trim(), process.pid().to_string());
    }

    #[test]
    fn what_ignores_sigterm_is_killed() {
        let mut process =
            Guarded::spawn(&shell("trap '' TERM; echo ready; while :; do sleep 0.1; done").output(Output::Capture))
                .unwrap();
        let mut ready = [0; 5];
        std::io::Read::read_exact(&mut process.take_output().unwrap(), &mut ready).unwrap();
        assert_eq!(process.stop(Duration::from_millis(200)).unwrap(), Stopped::Killed);
    }

    /// A shell starts a grandchild through the very script; when the pipe closes, as it does
    /// when the stack is killed, the whole group must go.
    #[test]
    #[cfg(target_os = "linux")]
    fn the_group_dies_when_the_lifeline_closes() {
        let mut process = Guarded::spawn(&shell("sleep 600 & echo $!; wait").output(Output::Capture)).unwrap();
        let mut line = String::new();
        let mut output = std::io::BufReader::new(process.take_output().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        let grandchild: u32 = line.trim().parse().unwrap();
        assert!(runs(grandchild));

        process.lifeline = None;

        assert!(soon(|| !runs(grandchild)), "the grandchild outlived the stack");
        assert!(soon(|| process.ended().unwrap().is_some()), "the process outlived the stack");
    }
}
