//! One process of a store, and how patiently it is started again.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use crate::process::{Memory, memory};
use crate::servers::Running;

/// The processes of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The database server, whichever of the two it is.
    MariaDb,
    /// What is read often: Redis or Valkey.
    Redis,
    /// The broker.
    Kafka,
    /// The service of orders and stocks.
    StoreManager,
    /// The service of payments.
    PaymentService,
    /// What clients reach both services through.
    Gateway,
}

impl Name {
    /// All of them, in the order they start.
    pub const ALL: [Self; 6] =
        [Self::MariaDb, Self::Redis, Self::Kafka, Self::StoreManager, Self::PaymentService, Self::Gateway];

    /// Those that are ours, and no servers.
    pub const SERVICES: [Self; 2] = [Self::StoreManager, Self::PaymentService];

    /// Whether it is one of ours, and not a server.
    #[must_use]
    pub fn is_service(self) -> bool {
        Self::SERVICES.contains(&self)
    }

    /// The name of its log file, and in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MariaDb => "mariadb",
            Self::Redis => "redis",
            Self::Kafka => "kafka",
            Self::StoreManager => "store-manager",
            Self::PaymentService => "payment-service",
            Self::Gateway => "gateway",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It stands still (SIGSTOP).
    Paused,
    /// It died, and will be started again.
    Restarting,
    /// It was taken down, and stays so.
    Down,
}

/// One process of a store, as it is at this moment.
#[derive(Clone, Debug)]
pub struct MemberState {
    /// Which.
    pub name: Name,
    /// Its port.
    pub port: u16,
    /// How it stands.
    pub state: State,
    /// Its process id while it lives.
    pub pid: Option<u32>,
    /// Since when this process lives.
    pub since: SystemTime,
    /// When the one before it was found dead.
    pub died_at: Option<SystemTime>,
    /// How often it was started again.
    pub restarts: u32,
    /// What it holds of the memory, where the system tells.
    pub memory: Option<Memory>,
}

/// A process under supervision.
#[derive(Debug)]
pub(super) struct Member {
    pub name: Name,
    pub port: u16,
    pub running: Running,
    pub since: SystemTime,
    pub restarts: u32,
    pub retry_at: Option<Instant>,
    pub died_at: Option<SystemTime>,
    /// Whether it stays down when it is down.
    pub held: bool,
    /// Whether it was told to stand still.
    pub paused: bool,
    failures_in_a_row: u32,
}

impl Member {
    pub fn new(name: Name, port: u16, running: Running) -> Self {
        Self {
            name,
            port,
            running,
            since: SystemTime::now(),
            restarts: 0,
            retry_at: None,
            died_at: None,
            held: false,
            paused: false,
            failures_in_a_row: 0,
        }
    }

    /// How it stands.
    pub fn state(&self) -> MemberState {
        let Self { name, port, since, died_at, restarts, .. } = *self;
        let state = match (self.retry_at, self.held, self.paused) {
            (Some(_), true, _) => State::Down,
            (Some(_), false, _) => State::Restarting,
            (None, _, true) => State::Paused,
            (None, _, false) => State::Running,
        };
        let pid = self.running.pid().filter(|_| self.retry_at.is_none());
        MemberState { name, port, state, pid, since, died_at, restarts, memory: pid.and_then(memory) }
    }

    /// How long to wait before it is started again, now that it died at this age.
    pub fn backoff(&mut self, age: Duration) -> Duration {
        /// One that lived so long had started well.
        const HEALTHY: Duration = Duration::from_secs(5);
        self.failures_in_a_row = if age >= HEALTHY { 0 } else { self.failures_in_a_row + 1 };
        delay(self.failures_in_a_row)
    }
}

/// At once the first times (a kill in front of a class), then 0.5 s, doubled up to 10 s.
fn delay(failures_in_a_row: u32) -> Duration {
    const FREE: u32 = 2;
    const FIRST: Duration = Duration::from_millis(500);
    const MOST: Duration = Duration::from_secs(10);
    match failures_in_a_row.checked_sub(FREE + 1) {
        None => Duration::ZERO,
        Some(doublings) => FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(MOST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_and_has_an_end() {
        let delays = [0, 2, 3, 4, 7, 8, 40].map(|failures| delay(failures).as_millis());
        assert_eq!(delays, [0, 0, 500, 1_000, 8_000, 10_000, 10_000]);
    }
}
