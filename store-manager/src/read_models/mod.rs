//! The read models: stock levels, products and reports in Redis, kept by events and never by a request.
//!
//! MySQL is the truth. Redis holds copies that any number of requests may read without touching it; each copy carries
//! a version or remembers what it has counted, so that an event that comes twice or late changes nothing. While Redis
//! is away, or its models are not whole, MySQL answers. The keys are described in `keys.rs`.

mod apply;
mod build;
mod changes;
mod check;
mod connection;
mod contribution;
mod keeper;
mod keys;
mod metrics;
mod products;
mod source;
mod tops;
mod wrong_types;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use saga_kit::Transactions;
use serde::Serialize;
use shared_events::{Money, ProductId, SAGA, Topic, UserId};
use sqlx::MySql;
use sqlx::pool::PoolConnection;
use tokio::sync::broadcast;
use utoipa::ToSchema;

pub use self::changes::{StockChanged, StockNews};
pub use self::check::{CheckError, Checked};
use self::connection::Connection;
use self::keys::{Keys, Scripts};
pub(crate) use self::metrics::collectors;
pub use self::products::product_read;

/// What is kept for each subscriber to stock changes before it is told that it missed some.
const CHANGES_KEPT: usize = 1_024;

/// A product and how many of it are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProductStock {
    /// The id.
    pub id: ProductId,
    /// What to call it.
    pub name: String,
    /// Its code.
    pub sku: String,
    /// What one costs.
    pub price: Money,
    /// How many are there.
    pub quantity: u32,
}

/// A user and what they spent on orders that stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Spender {
    /// The user.
    #[schema(value_type = u64)]
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// What they spent.
    #[schema(value_type = service_kit::openapi::Money)]
    pub total_expense: Money,
}

/// A product and how often it was sold in orders that stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Seller {
    /// The product.
    #[schema(value_type = u64)]
    pub product_id: ProductId,
    /// What to call it.
    pub name: String,
    /// Units sold.
    pub quantity_sold: u64,
}

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The read model, this many seconds old at most; unknown while not every partition has been heard of.
    Redis {
        /// Seconds since the model was known to be current, rounded up.
        age_s: Option<u64>,
    },
    /// The truth itself.
    MySql,
}

/// An answer, and where it comes from.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    /// The answer.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
}

/// Up to when the events of each partition are applied, in milliseconds, by `topic/partition`.
type AsOf = HashMap<String, i64>;

/// Reads and writes the read models; cheap to clone.
#[derive(Debug, Clone)]
pub struct ReadModels {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    transactions: Transactions,
    keys: Keys,
    scripts: Scripts,
    reader: Connection,
    writer: Connection,
    client: redis::Client,
    /// Every partition whose events are applied, as `topic/partition`.
    places: Vec<String>,
    changes: broadcast::Sender<StockNews>,
    /// The run id of the Redis server whose models may be read, as the watch saw it last.
    trusted: RwLock<Option<String>>,
}

impl ReadModels {
    /// On the Redis of that URL, which need not be there yet. `partitions` are those of a topic.
    ///
    /// # Errors
    /// The URL is none of Redis.
    pub fn new(
        redis_url: &str,
        topic_prefix: &str,
        partitions: i32,
        transactions: Transactions,
    ) -> Result<Self, redis::RedisError> {
        let client = redis::Client::open(redis_url)?;
        let (reader, writer) = (Connection::for_reading(&client)?, Connection::for_writing(&client)?);
        let places = |topic: Topic| {
            let name = format!("{topic_prefix}{}", topic.name());
            (0..partitions).map(move |number| format!("{name}/{number}"))
        };
        let places = SAGA.topics().into_iter().flat_map(places).collect();
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let (keys, scripts) = (Keys::new(topic_prefix), Scripts::new());
        let trusted = RwLock::default();
        let shared = Shared { transactions, keys, scripts, reader, writer, client, places, changes, trusted };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Changes of stock levels from now on, as this store's projection applies them, whichever instance does.
    #[must_use]
    pub fn stock_changes(&self) -> broadcast::Receiver<StockNews> {
        self.shared.changes.subscribe()
    }

    /// Up to when the partition that lags most is applied; unknown until each has been heard of.
    fn oldest_partition(&self, as_of: &AsOf) -> Option<i64> {
        as_of.values().min().copied().filter(|_| as_of.len() >= self.shared.places.len())
    }

    /// Whether models with this mark may be read.
    fn is_trusted(&self, mark: Option<&String>) -> bool {
        let trusted = self.shared.trusted.read().unwrap_or_else(PoisonError::into_inner);
        mark.is_some() && trusted.as_ref() == mark
    }

    fn trust(&self, run_id: Option<&str>) {
        *self.shared.trusted.write().unwrap_or_else(PoisonError::into_inner) = run_id.map(str::to_owned);
    }

    async fn connection(&self) -> Result<PoolConnection<MySql>, sqlx::Error> {
        self.shared.transactions.pool().acquire().await
    }

    /// Whether Redis answers, within the time that a read may take.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), redis::RedisError> {
        self.shared.reader.query::<()>(redis::pipe().cmd("PING").ignore()).await
    }
}
