//! A shared connection to Redis that fails at once while Redis is away, and comes back by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult};

use super::wrong_types;

/// How long a read waits: a client is better served by MySQL than by patience.
const READ_LIMIT: Duration = Duration::from_millis(150);
/// How long a write waits.
const WRITE_LIMIT: Duration = Duration::from_secs(5);
/// After a read that found Redis away, how long the next ones do not even try.
const PAUSE_MS: u64 = 250;

/// One multiplexed connection, made when it is first used.
#[derive(Clone)]
pub(super) struct Connection {
    manager: ConnectionManager,
    breaker: Arc<Breaker>,
    met_wrong_type: Arc<AtomicBool>,
}

/// Remembers until when Redis counts as away.
struct Breaker {
    epoch: Instant,
    open_until_ms: AtomicU64,
    pause_ms: u64,
}

impl Breaker {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Connection {
    pub fn for_reading(client: &Client) -> RedisResult<Self> {
        Self::new(client, READ_LIMIT, PAUSE_MS)
    }

    pub fn for_writing(client: &Client) -> RedisResult<Self> {
        Self::new(client, WRITE_LIMIT, 0)
    }

    fn new(client: &Client, limit: Duration, pause_ms: u64) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(limit))
            .set_response_timeout(Some(limit))
            // Whoever needs patience tries again by itself.
            .set_number_of_retries(0);
        let manager = client.get_connection_manager_lazy(config)?;
        let breaker = Breaker { epoch: Instant::now(), open_until_ms: AtomicU64::new(0), pause_ms };
        Ok(Self { manager, breaker: Arc::new(breaker), met_wrong_type: Arc::default() })
    }

    /// Runs the commands in one round trip.
    pub async fn query<T: FromRedisValue>(&self, commands: &Pipeline) -> RedisResult<T> {
        if self.breaker.now_ms() < self.breaker.open_until_ms.load(Ordering::Relaxed) {
            return Err(RedisError::from((ErrorKind::Io, "Redis did not answer a moment ago")));
        }
        let answer = commands.query_async(&mut self.manager.clone()).await;
        if let Err(error) = &answer
            && (error.is_io_error() || error.is_timeout() || error.is_connection_dropped())
        {
            // Counted from now: the question itself may have taken most of the pause.
            let until_ms = self.breaker.now_ms().saturating_add(self.breaker.pause_ms);
            self.breaker.open_until_ms.store(until_ms, Ordering::Relaxed);
        }
        if answer.as_ref().is_err_and(wrong_types::are_told_of) {
            self.met_wrong_type.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Whether a key of a wrong type was met since this was asked last.
    pub fn has_met_wrong_type(&self) -> bool {
        self.met_wrong_type.swap(false, Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Connection {
    /// Without the address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}
