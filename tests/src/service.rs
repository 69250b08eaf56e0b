//! One service process: started, killed, paused, stopped and started again by the same command.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use rustix::process::Signal;
use stack::process::{Guarded, Output, Spec};

use crate::environment::environment;
use crate::http::Api;
use crate::ports::free_port;
use crate::run::Ended;
use crate::signal;
use crate::wait::wait_until;

/// Settings of whoever runs the tests must not reach the services.
pub(crate) const HIDDEN_ENV: [&str; 6] = ["SAGA_", "STORE_", "PAYMENT_", "RUST_LOG", "DATABASE_URL", "OTEL_"];

/// How long a service may take to end after SIGTERM: the promise.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How often a process is asked whether it has ended.
pub(crate) const POLL: Duration = Duration::from_millis(5);

/// One instance of a service.
#[derive(Debug)]
pub struct Service {
    spec: Spec,
    /// The port of its HTTP interface.
    pub(crate) port: u16,
    /// Its HTTP interface, without a gateway.
    pub api: Api,
    /// Its admin port.
    pub admin: Api,
    /// Its own name in the consumer group and the relay's lease.
    pub instance: String,
    /// What answers `"status": "ok"` as soon as it takes requests.
    health_path: &'static str,
    log: PathBuf,
    process: Mutex<Option<Guarded>>,
    paused: AtomicBool,
}

impl Service {
    /// An instance that does not run yet. `args` stand after those that every instance needs.
    pub(crate) fn new(program: &str, instance: &str, folder: &Path, args: &[String]) -> Self {
        let [address, admin] = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
        let log = folder.join(format!("{instance}.log"));
        let spec = Spec::new(instance, environment().program(program))
            .args(["--listen", &address, "--admin-listen", &admin, "--instance-id", instance])
            .args(args)
            .hide_env(&HIDDEN_ENV);
        Self::of(spec, [&address, &admin], "/health-check", log)
    }

    /// Any program that answers HTTP there and on its admin port, named as its specification is.
    pub(crate) fn of(spec: Spec, [address, admin]: [&str; 2], health_path: &'static str, log: PathBuf) -> Self {
        Self {
            port: address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address with its port"),
            api: Api::new(format!("http://{address}")),
            admin: Api::new(format!("http://{admin}")),
            instance: spec.name.clone(),
            spec: spec.output(Output::Log(log.clone())),
            health_path,
            log,
            process: Mutex::new(None),
            paused: AtomicBool::new(false),
        }
    }

    /// Sets a variable from the next start on.
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.spec.envs.push((name.into(), value.into()));
    }

    /// Changes a setting from the next start on.
    pub fn set(&mut self, flag: &str, value: &str) {
        match self.spec.args.iter().position(|arg| arg == flag) {
            Some(place) => self.spec.args[place + 1] = value.into(),
            None => self.spec.args.extend([flag.into(), value.into()]),
        }
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process().as_ref().map(Guarded::pid)
    }

    /// Starts the process, if it does not run, and does not wait.
    pub fn launch(&self) {
        let mut process = self.process();
        if process.as_mut().is_some_and(|process| has_ended(process).is_none()) {
            return;
        }
        let line = self.spec.command_line();
        *process = Some(Guarded::spawn(&self.spec).unwrap_or_else(|error| panic!("cannot start {line}: {error}")));
        self.paused.store(false, Ordering::Relaxed);
    }

    /// Starts the process and waits until it answers requests.
    pub async fn start(&self) {
        self.launch();
        self.ready().await;
    }

    /// Waits until it answers requests; panics at once when it ends instead.
    pub async fn ready(&self) {
        wait_until(format!("{} to answer", self.instance), async || {
            if let Some(status) = self.ended() {
                panic!("{} ended while starting ({status}):\n{}", self.instance, self.log());
            }
            match self.api.try_bare(reqwest::Method::GET, self.health_path).await {
                Ok(answer) if answer.status == 200 && answer.json()["status"] == "ok" => Ok(()),
                Ok(answer) => Err(format!("{} {}", answer.status, answer.text)),
                Err(error) => Err(format!("{error}; log: {}", self.log())),
            }
        })
        .await;
    }

    /// Waits until its log has a text, so many times.
    pub async fn logs(&self, text: &str, times: usize) {
        wait_until(format!("{} to log `{text}` {times} times", self.instance), async || {
            if self.log().matches(text).count() >= times { Ok(()) } else { Err(self.log()) }
        })
        .await;
    }

    /// SIGKILL: a crash in the middle of anything.
    pub fn kill(&self) {
        self.paused.store(false, Ordering::Relaxed);
        if let Some(mut process) = self.process().take() {
            process.kill().unwrap_or_else(|error| panic!("SIGKILL to {}: {error}", self.instance));
        }
    }

    /// SIGSTOP: it holds everything and does nothing.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
        self.paused.store(true, Ordering::Relaxed);
    }

    /// SIGCONT, if it is paused: it goes on without knowing that it stood still.
    pub fn go_on(&self) {
        if self.paused.swap(false, Ordering::Relaxed) {
            self.signal(Signal::CONT);
        }
    }

    /// SIGTERM, and checks what is promised: it ends by itself within five seconds, with status 0.
    pub async fn stop(&self) {
        let Some(ended) = self.end(Signal::TERM).await else { return };
        assert!(ended.status.success(), "{} ended with {}:\n{}", self.instance, ended.status, ended.output);
    }

    /// SIGTERM or SIGINT; how it then ended, within five seconds. Nothing when it was not running.
    pub async fn end(&self, signal: Signal) -> Option<Ended> {
        self.go_on();
        if !self.is_running() {
            return None;
        }
        self.signal(signal);
        let asked = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                self.process().take();
                return Some(Ended { status, took: asked.elapsed(), output: self.log() });
            }
            assert!(
                asked.elapsed() < STOP_LIMIT,
                "{} runs {STOP_LIMIT:?} after {signal:?}:\n{}",
                self.instance,
                self.log()
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// Whether it runs, paused or not.
    pub fn is_running(&self) -> bool {
        self.process().as_mut().is_some_and(|process| has_ended(process).is_none())
    }

    /// How it ended by itself, or nothing.
    pub fn ended(&self) -> Option<ExitStatus> {
        self.process().as_mut().and_then(has_ended)
    }

    /// All that it and its predecessors of the same name wrote.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines of its log, for a test that failed.
    pub(crate) fn last_words(&self, lines: usize) -> String {
        let log = self.log();
        let all: Vec<&str> = log.lines().collect();
        let end = all[all.len().saturating_sub(lines)..].join("\n  ");
        format!("-- {} ({}), last of {} lines:\n  {end}", self.instance, self.log.display(), all.len())
    }

    fn signal(&self, signal: Signal) {
        signal::send(&self.instance, self.pid(), signal);
    }

    fn process(&self) -> MutexGuard<'_, Option<Guarded>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_ended(process: &mut Guarded) -> Option<ExitStatus> {
    process.ended().expect("a process's status")
}
