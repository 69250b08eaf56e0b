//! A service of three lines with a map of its own, on a database and topics of its own: what every test starts from.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use rdkafka::ClientConfig;
use rdkafka::producer::FutureProducer;
use saga_kit::jobs::Jobs;
use saga_kit::{
    Handled, HandlerError, Participant, ParticipantError, Registry, SagaSettings, Status, Transactions, Tx, database,
};
use serde::{Deserialize, Serialize};
use shared_events::{Envelope, EventBody, EventSpec, Origin, Reaction, SagaMap, Topic};
use sqlx::MySqlPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

mod broker;

pub const SERVICE: &str = "counter";
/// Long enough for a slow machine; a condition that holds ends the wait at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something is to be added to a counter.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub struct Added {
    pub counter: String,
    pub amount: i64,
    /// A fault planted in the event, see [`added`].
    pub fault: Option<Fault>,
}

#[derive(Serialize, Deserialize, Debug, Clone, Copy)]
pub enum Fault {
    /// Fails for good while the table `mended` is empty.
    UntilMended,
    /// Fails twice in a way that passes, told apart by the table `tries`.
    Twice,
    /// Emits what the map does not allow.
    Undeclared,
    /// Panics.
    Panic,
}

/// A counter has a new total.
#[derive(Serialize, Deserialize, Debug, Clone)]
pub struct Counted {
    pub counter: String,
    pub total: i64,
}

impl EventBody for Added {
    const TYPE: &'static str = "Added";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = "counter";
    fn aggregate_id(&self) -> String {
        self.counter.clone()
    }
}

impl EventBody for Counted {
    const TYPE: &'static str = "Counted";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::STOCK_EVENTS;
    const AGGREGATE: &'static str = "counter";
    fn aggregate_id(&self) -> String {
        self.counter.clone()
    }
}

pub static MAP: SagaMap = SagaMap {
    events: &[
        EventSpec::of::<Added>().answered_by(Reaction {
            service: SERVICE,
            feature: "counters",
            does: "add",
            emits: &[Counted::TYPE],
            may_be_silent: false,
        }),
        EventSpec::of::<Counted>(),
    ],
};

pub async fn added(tx: &mut Tx, event: Added) -> Handled {
    match event.fault {
        Some(Fault::UntilMended) => {
            let mended: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM mended").fetch_one(&mut **tx).await?;
            if mended == 0 {
                return Err(HandlerError::park("not mended yet"));
            }
        }
        Some(Fault::Twice) => {
            let pool_url = std::env::var("TEST_DATABASE_URL").map_err(HandlerError::park)?;
            return fail_twice(tx, &pool_url, &event).await;
        }
        Some(Fault::Undeclared) => tx.emit(&event)?,
        Some(Fault::Panic) => panic!("planted"),
        None => {}
    }
    count(tx, &event).await
}

/// Counts its tries outside the handler's transaction, which is rolled back with each failure.
async fn fail_twice(tx: &mut Tx, url: &str, event: &Added) -> Handled {
    let database: String = sqlx::query_scalar("SELECT DATABASE()").fetch_one(&mut **tx).await?;
    let outside = MySqlPool::connect(&format!("{url}/{database}")).await?;
    let tried = sqlx::query("INSERT INTO tries (id) VALUES (NULL)").execute(&outside).await?.last_insert_id();
    if tried <= 2 {
        return Err(HandlerError::retry("passes by itself"));
    }
    count(tx, event).await
}

async fn count(tx: &mut Tx, event: &Added) -> Handled {
    sqlx::query(
        "INSERT INTO counters (name, total) VALUES (?, ?) ON DUPLICATE KEY UPDATE total = total + VALUES(total)",
    )
    .bind(&event.counter)
    .bind(event.amount)
    .execute(&mut **tx)
    .await?;
    let total = sqlx::query_scalar("SELECT total FROM counters WHERE name = ?")
        .bind(&event.counter)
        .fetch_one(&mut **tx)
        .await?;
    Ok(tx.emit(&Counted { counter: event.counter.clone(), total })?)
}

pub fn registry() -> Registry {
    Registry::new(SERVICE, &MAP).on::<Added>(added)
}

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

pub fn add(counter: &str, amount: i64) -> Added {
    Added { counter: counter.to_owned(), amount, fault: None }
}

/// An encoded event as another service would send it.
pub fn encoded(event: &Added) -> anyhow::Result<Vec<u8>> {
    let origin = Origin {
        event_id: Uuid::now_v7(),
        timestamp: chrono::Utc::now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        service_name: "elsewhere".into(),
        metadata: std::collections::BTreeMap::new(),
    };
    Ok(Envelope::new(event, origin)?.encode()?)
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
