//! What can be done to the processes of a running store: killed, held down, made to stand still, and back.

use std::time::Instant;

#[cfg(target_os = "linux")]
use anyhow::Context as _;
use anyhow::Result;
use rustix::process::Signal;

use super::Store;
use super::member::{Member, MemberState, Name};

impl Store {
    /// SIGKILL; the supervisor will find it dead and start it again. Answers the moment.
    pub fn kill(&self, name: Name) -> Result<Instant> {
        self.supervisor.with(name, |member| member.running.kill()).transpose()?;
        Ok(Instant::now())
    }

    /// SIGKILL; it stays dead until [`Store::bring_up`].
    pub fn take_down(&self, name: Name) -> Result<Instant> {
        let kill = |member: &mut Member| {
            member.held = true;
            member.running.kill()
        };
        self.supervisor.with(name, kill).transpose()?;
        Ok(Instant::now())
    }

    /// Has it stay dead when it dies next, until [`Store::bring_up`].
    pub fn hold(&self, name: Name) {
        self.supervisor.with(name, |member| member.held = true);
    }

    /// Has the supervisor start what was taken down.
    pub fn bring_up(&self, name: Name) {
        self.supervisor.with(name, |member| member.held = false);
    }

    /// SIGSTOP: it stands still, and keeps everything that it has.
    pub fn pause(&self, name: Name) -> Result<()> {
        let pause = |member: &mut Member| {
            member.paused = true;
            member.running.signal(Signal::STOP)
        };
        self.supervisor.with(name, pause).transpose().map(drop)
    }

    /// SIGCONT: it goes on where it stood still.
    pub fn resume(&self, name: Name) -> Result<()> {
        let resume = |member: &mut Member| {
            member.paused = false;
            member.running.signal(Signal::CONT)
        };
        self.supervisor.with(name, resume).transpose().map(drop)
    }

    /// Has the system refuse whatever a process writes to a file, until it is started again: as a disk that is full
    /// does, though under another name (EFBIG, not ENOSPC).
    ///
    /// # Errors
    /// It does not run, or this system cannot do that to another process.
    #[cfg(target_os = "linux")]
    pub fn refuse_writes(&self, name: Name) -> Result<()> {
        use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
        let pid = self.pid(name).and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        // The hard limit is as it was inherited: to raise it takes a privilege.
        let none = Rlimit { current: Some(0), maximum: getrlimit(Resource::Fsize).maximum };
        prlimit(Some(pid.context("it does not run")?), Resource::Fsize, none)?;
        Ok(())
    }

    /// See above.
    #[cfg(not(target_os = "linux"))]
    pub fn refuse_writes(&self, _: Name) -> Result<()> {
        anyhow::bail!("only Linux sets limits on another process")
    }

    /// How each of its processes stands.
    #[must_use]
    pub fn members(&self) -> Vec<MemberState> {
        self.supervisor.members()
    }
}
