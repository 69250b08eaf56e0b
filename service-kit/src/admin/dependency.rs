//! [`Dependency`]: a server that a service talks to, and the question whether it answers.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use saga_kit::clock::Clock;
use saga_kit::{BrokerProbe, Status};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, MySqlConnection, MySqlPool};

use crate::metrics;

/// How long a server may take to answer the question.
pub(super) const CHECK_LIMIT: Duration = Duration::from_secs(1);
/// A check that knows why there is no answer says so before it is cut off.
const ASK_LIMIT: Duration = Duration::from_millis(900);

type Asked = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A server that a service talks to.
pub struct Dependency {
    name: &'static str,
    needed: bool,
    check: Box<dyn Fn() -> Asked + Send + Sync>,
    detail: Option<Box<dyn Fn() -> Value + Send + Sync>>,
    /// Whether it was up when it was last asked, and since when that is so.
    seen: Mutex<Option<(bool, DateTime<Utc>)>>,
}

/// A dependency as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// `up` or `down`.
    pub state: &'static str,
    /// Whether requests cannot be served without it.
    pub needed: bool,
    /// Since when it is seen in this state.
    pub since: DateTime<Utc>,
    /// How long the answer took, or the wait for it.
    pub latency_ms: f64,
    /// Why it is down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What else is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

impl Dependency {
    /// One without which requests are not served: away, it makes the service not ready. `check` answers in words for
    /// people why the server is away; it is cut off after a second.
    pub fn needed<F, Fut>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        let check = Box::new(move || -> Asked { Box::pin(check()) });
        Self { name, needed: true, check, detail: None, seen: Mutex::default() }
    }

    /// One without which requests are served, and something else waits: away, it makes the service degraded.
    pub fn wanted<F, Fut>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { needed: false, ..Self::needed(name, check) }
    }

    /// Shows what else is known of it.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Fn() -> Value + Send + Sync + 'static) -> Self {
        self.detail = Some(Box::new(detail));
        self
    }

    /// Its name in the answer.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Asks, waits for [`CHECK_LIMIT`] at most, and notes the answer.
    pub(super) async fn ask(&self, clock: &Clock) -> Shown {
        let asked = Instant::now();
        let answer = tokio::time::timeout(CHECK_LIMIT, (self.check)()).await;
        let why = answer.unwrap_or_else(|_| Err(format!("no answer within {CHECK_LIMIT:?}"))).err();
        let latency_ms = (asked.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
        metrics::dependency_is_up(self.name, why.is_none());
        let since = self.note(why.as_deref(), clock.now());
        let state = if why.is_none() { "up" } else { "down" };
        let detail = self.detail.as_ref().map(|detail| detail());
        Shown { state, needed: self.needed, since, latency_ms, why, detail }
    }

    /// Since when it is as it is now. A change is logged, once.
    fn note(&self, why: Option<&str>, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match *seen {
            Some((up, since)) if up == why.is_none() => return since,
            Some(_) if why.is_none() => tracing::info!(dependency = self.name, "a dependency is back"),
            Some(_) => tracing::warn!(dependency = self.name, why, "a dependency is away"),
            None => {}
        }
        *seen = Some((why.is_none(), now));
        now
    }
}

impl std::fmt::Debug for Dependency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dependency").field("name", &self.name).field("needed", &self.needed).finish_non_exhaustive()
    }
}

/// The service's database, asked on a connection of its own: a pool that is busy is no server that is away, and a
/// pool that waits does not say what for.
pub(super) fn mysql(pool: &MySqlPool) -> Dependency {
    let options = pool.connect_options();
    let kept: Arc<tokio::sync::Mutex<Option<MySqlConnection>>> = Arc::default();
    Dependency::needed("mysql", move || {
        let (options, kept) = (Arc::clone(&options), Arc::clone(&kept));
        async move {
            let mut kept = kept.lock().await;
            // Taken out while it is asked: a connection whose answer was not waited for is of no use any more.
            if let Some(mut connection) = kept.take()
                && connection.ping().await.is_ok()
            {
                *kept = Some(connection);
                return Ok(());
            }
            *kept = Some(options.connect().await.map_err(|error| error.to_string())?);
            Ok(())
        }
    })
}

/// The broker. While it is away orders are accepted, and their sagas wait (docs/adr/0007).
pub(super) fn kafka(probe: BrokerProbe, status: Status) -> Dependency {
    let shown = status.clone();
    Dependency::wanted("kafka", move || {
        let (probe, status) = (probe.clone(), status.clone());
        async move {
            probe.ask(ASK_LIMIT).await?;
            let machinery = status.read();
            if machinery.topics_ready {
                return Ok(());
            }
            Err(machinery.missing_topic.unwrap_or_else(|| "its topics are not ready yet".to_owned()))
        }
    })
    .with_detail(move || json!(shown.read()))
}
