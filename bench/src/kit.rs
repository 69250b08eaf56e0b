//! saga-kit in the bench itself: a service of one handler, to measure the machinery without a store around it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Parser;
use saga_kit::jobs::Jobs;
use saga_kit::rows::in_runs;
use saga_kit::{
    HandledAll, Participant, ParticipantError, Received, Registry, SagaSettings, Status, Transactions, Tx, database,
};
use serde::{Deserialize, Serialize};
use shared_events::{EventBody, EventSpec, Reaction, SagaMap, Topic};
use sqlx::migrate::Migrator;
use sqlx::{MySqlPool, QueryBuilder};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::settings::RunSettings;

const SERVICE: &str = "bench";
/// As a service has by default.
const CONNECTIONS: u32 = 12;
const READY_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Something to be written down.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub number: u64,
    pub text: String,
}

/// Something that the service itself does nothing about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub number: u64,
    pub text: String,
}

impl EventBody for Noted {
    const TYPE: &'static str = "Noted";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = "note";
    fn aggregate_id(&self) -> String {
        self.number.to_string()
    }
}

impl EventBody for Shown {
    const TYPE: &'static str = "Shown";
    const VERSION: u16 = 1;
    const TOPIC: Topic = Topic::ORDER_SAGA_EVENTS;
    const AGGREGATE: &'static str = "note";
    fn aggregate_id(&self) -> String {
        self.number.to_string()
    }
}

static MAP: SagaMap = SagaMap {
    events: &[
        EventSpec::of::<Noted>().answered_by(Reaction {
            service: SERVICE,
            feature: "notes",
            does: "write one row",
            emits: &[],
            may_be_silent: true,
        }),
        EventSpec::of::<Shown>(),
    ],
};

async fn noted(tx: &mut Tx, events: Vec<Received<Noted>>) -> HandledAll {
    for run in in_runs(&events) {
        let mut insert = QueryBuilder::new("INSERT INTO notes (number) ");
        insert.push_values(run, |mut row, received| {
            row.push_bind(received.event.number);
        });
        insert.build().execute(&mut **tx).await?;
    }
    Ok(())
}

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    saga: SagaSettings,
}

/// A database and topics of its own.
#[derive(Debug)]
pub(crate) struct Kit {
    settings: SagaSettings,
    pub pool: MySqlPool,
}

/// An instance of the service, in tasks of the bench.
#[derive(Debug)]
pub(crate) struct Instance {
    pub transactions: Transactions,
    status: Status,
    stop: CancellationToken,
    task: JoinHandle<Result<(), ParticipantError>>,
}

impl Kit {
    /// Makes the database if need be.
    pub async fn new(settings: &RunSettings, name: &str) -> Result<Self> {
        let url = format!("{}_{name}", settings.database_url);
        let prefix = format!("{}{name}.", settings.topic_prefix);
        let brokers = &settings.kafka_brokers;
        let args = ["bench", "--database-url", &url, "--kafka-brokers", brokers, "--topic-prefix", &prefix];
        let pool = database::connect_and_migrate(&url, CONNECTIONS, &MIGRATIONS, &CancellationToken::new()).await?;
        Ok(Self { settings: Cli::try_parse_from(args)?.saga, pool })
    }

    /// The full name of the topic of both events.
    pub fn topic(&self) -> String {
        format!("{}{}", self.settings.topic_prefix, Noted::TOPIC.name())
    }

    /// Starts an instance.
    pub async fn start(&self, instance: &str) -> Result<Instance> {
        let transactions = Transactions::new(self.pool.clone(), SERVICE, &self.settings.topic_prefix);
        let (status, stop) = (Status::default(), CancellationToken::new());
        let participant = Participant {
            settings: self.settings.clone(),
            transactions: transactions.clone(),
            registry: Arc::new(Registry::new(SERVICE, &MAP).on_all::<Noted>(noted)),
            jobs: Jobs::new(transactions.clone()).await?,
            projections: Vec::new(),
            instance_id: instance.to_owned(),
            status: status.clone(),
        };
        let task = tokio::spawn(participant.run(stop.clone()));
        Ok(Instance { transactions, status, stop, task })
    }
}

impl Instance {
    /// Whether it is the one that relays.
    pub fn relays(&self) -> bool {
        self.status.read().relaying
    }

    /// Waits until its topics are there.
    pub async fn has_topics(&self) -> Result<()> {
        self.wait("its topics", || self.status.read().topics_ready).await
    }

    /// Waits until it relays.
    pub async fn has_lease(&self) -> Result<()> {
        self.wait("the relay's lease", || self.relays()).await
    }

    async fn wait(&self, what: &str, is_so: impl Fn() -> bool) -> Result<()> {
        let began = Instant::now();
        while !is_so() {
            ensure!(!self.task.is_finished() && began.elapsed() < READY_LIMIT, "saga-kit waits for {what} in vain");
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Has it finish what it has in hand.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        Ok(self.task.await??)
    }
}
