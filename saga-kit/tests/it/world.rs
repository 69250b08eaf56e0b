//! A service of three lines with a map of its own, on a database and topics of its own: what every test starts from.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use rdkafka::ClientConfig;
use rdkafka::producer::FutureProducer;
use saga_kit::jobs::Jobs;
use saga_kit::{Participant, ParticipantError, Registry, SagaSettings, Status, Transactions, database};
use sqlx::{Connection as _, MySqlConnection};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

mod broker;
mod counter;

pub use self::counter::{Added, Counted, Fault, MAP, add, added, encoded, registry};

pub const SERVICE: &str = "counter";
/// Long enough for a slow machine; a condition that holds ends the wait at once.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    saga: SagaSettings,
}

/// A database and a topic prefix of one test.
pub struct World {
    pub settings: SagaSettings,
    pub transactions: Transactions,
    producer: FutureProducer,
}

/// A participant that runs, and how to end it.
pub struct Running {
    pub stop: CancellationToken,
    pub status: Status,
    pub task: JoinHandle<Result<(), ParticipantError>>,
}

impl Running {
    /// Asks it to stop and waits until it has.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        Ok(self.task.await??)
    }
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `cargo stack test`"))
}

impl World {
    pub async fn new() -> anyhow::Result<Self> {
        Self::with(&[]).await
    }

    /// With settings as on a command line.
    pub async fn with(arguments: &[&str]) -> anyhow::Result<Self> {
        let name = format!("kit_{}", Uuid::now_v7().simple());
        let url = format!("{}/{name}", env("TEST_DATABASE_URL"));
        let brokers = env("TEST_KAFKA_BROKERS");
        let prefix = format!("{name}.");
        let own = ["world", "--database-url", &url, "--kafka-brokers", &brokers, "--topic-prefix", &prefix];
        let settings = Cli::try_parse_from(own.iter().chain(arguments))?.saga;
        let stop = CancellationToken::new();
        let pool = database::connect_and_migrate(&url, 24, &sqlx::migrate!("tests/it/migrations"), &stop).await?;
        let transactions = Transactions::new(pool, SERVICE, &prefix);
        let producer = ClientConfig::new().set("bootstrap.servers", &brokers).create()?;
        Ok(Self { settings, transactions, producer })
    }

    /// Starts an instance of the service.
    pub async fn start(&self, instance: &str) -> anyhow::Result<Running> {
        let pool = self.transactions.pool().clone();
        // Each instance has transactions of its own, as in a process of its own: their commits wake their relay.
        self.start_with(instance, Transactions::new(pool, SERVICE, &self.settings.topic_prefix)).await
    }

    /// Starts an instance whose relay is woken by the commits of `transactions`.
    pub async fn start_with(&self, instance: &str, transactions: Transactions) -> anyhow::Result<Running> {
        self.start_as(instance, transactions, registry()).await
    }

    /// The same with other handlers.
    pub async fn start_as(
        &self,
        instance: &str,
        transactions: Transactions,
        registry: Registry,
    ) -> anyhow::Result<Running> {
        let stop = CancellationToken::new();
        let jobs = Jobs::new(transactions.clone()).await?;
        let status = Status::default();
        let participant = Participant {
            settings: self.settings.clone(),
            transactions,
            registry: Arc::new(registry),
            jobs,
            projections: Vec::new(),
            instance_id: instance.to_owned(),
            status: status.clone(),
        };
        Ok(Running { stop: stop.clone(), status, task: tokio::spawn(participant.run(stop)) })
    }

    /// Commits one event, holding the row lock of its counter as whoever emits for an aggregate must.
    pub async fn commit(&self, event: &Added) -> anyhow::Result<()> {
        let mut tx = self.transactions.begin().await?;
        sqlx::query("INSERT INTO writers (name) VALUES (?) ON DUPLICATE KEY UPDATE writes = writes + 1")
            .bind(&event.counter)
            .execute(&mut *tx)
            .await?;
        tx.emit(event)?;
        Ok(tx.commit().await?)
    }

    /// A connection of its own, which the limits of the pool's do not end.
    pub async fn connection(&self) -> anyhow::Result<MySqlConnection> {
        let url = self.settings.database_url.as_deref().expect("set by the world");
        Ok(MySqlConnection::connect(url).await?)
    }

    pub async fn scalar(&self, sql: &'static str) -> anyhow::Result<i64> {
        Ok(sqlx::query_scalar(sql).fetch_one(self.transactions.pool()).await?)
    }

    /// The total of one counter, 0 when it has none.
    pub async fn total(&self, counter: &str) -> anyhow::Result<i64> {
        let total = sqlx::query_scalar("SELECT total FROM counters WHERE name = ?").bind(counter);
        Ok(total.fetch_optional(self.transactions.pool()).await?.unwrap_or(0))
    }

    pub fn topic(&self, topic: &str) -> String {
        format!("{}{topic}", self.settings.topic_prefix)
    }
}

/// Waits until `condition` holds, and says what was last seen when it does not.
pub async fn until<T, F, Fut>(what: &str, mut look: F, condition: impl Fn(&T) -> bool) -> anyhow::Result<T>
where
    T: std::fmt::Debug,
    F: FnMut() -> Fut,
    Fut: Future<Output = anyhow::Result<T>>,
{
    let started = Instant::now();
    loop {
        let seen = look().await.with_context(|| format!("while waiting until {what}"))?;
        if condition(&seen) {
            return Ok(seen);
        }
        anyhow::ensure!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} until {what}; last seen: {seen:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
