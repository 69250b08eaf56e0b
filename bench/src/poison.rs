//! Poison: messages that cannot be handled, put among the events of a running store.
//!
//! They go out through the store's outbox, as those of a faulty version of it would. Each has a key of its own, so
//! that no order stops for it: what is asked is what the orders beside it pay.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::Utc;
use shared_events::{
    Currency, Envelope, EventBody, Money, OrderCreated, OrderId, Origin, STORE_MANAGER, StockDecreased,
};
use sqlx::MySqlPool;
use uuid::Uuid;

use crate::settings::RunSettings;

/// No store has had so many orders.
const FIRST_ORDER_ID: OrderId = 1 << 60;
/// What no service of today reads.
const FUTURE_VERSION: u16 = 99;
/// How long what was written may take to be set aside.
const PARK_LIMIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// Writes poison, and knows what must become of it.
#[derive(Debug, Clone)]
pub(crate) struct Poison {
    store: MySqlPool,
    payments: MySqlPool,
    topic: String,
    amount: Money,
    currency: Currency,
}

impl Poison {
    pub fn new(settings: &RunSettings) -> Result<Self> {
        Ok(Self {
            store: MySqlPool::connect_lazy(&settings.database_url)?,
            payments: MySqlPool::connect_lazy(&settings.payments_database_url)?,
            topic: format!("{}{}", settings.topic_prefix, OrderCreated::TOPIC.name()),
            amount: "12.50".parse()?,
            currency: "CAD".parse()?,
        })
    }

    /// Writes one message; its number says of which kind it is.
    pub async fn write(&self, number: u64) -> Result<()> {
        let event_id = Uuid::now_v7();
        let order_id = FIRST_ORDER_ID + number;
        sqlx::query(
            "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, payload) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.topic)
        .bind(order_id.to_string())
        .bind(event_id)
        .bind("Poison")
        .bind(Utc::now().naive_utc())
        .bind(self.message(number, event_id, order_id)?)
        .execute(&self.store)
        .await?;
        Ok(())
    }

    fn message(&self, number: u64, event_id: Uuid, order_id: OrderId) -> Result<Vec<u8>> {
        let (amount, currency) = (self.amount, self.currency);
        let created = OrderCreated { order_id, user_id: 1, items: Vec::new(), total_amount: amount, currency };
        let decreased = StockDecreased { order_id, user_id: 1, total_amount: amount, currency, items: Vec::new() };
        let origin = Origin {
            event_id,
            timestamp: Utc::now(),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            service_name: STORE_MANAGER.to_owned(),
            metadata: BTreeMap::new(),
        };
        let from_the_future = |envelope: Envelope| Envelope { version: FUTURE_VERSION, ..envelope };
        Ok(match Kind::of(number) {
            Kind::Broken => format!("{{\"event_id\": \"{event_id}\", \"event_type\": ").into_bytes(),
            Kind::NewerOrder => from_the_future(Envelope::new(&created, origin)?).encode()?,
            Kind::NewerStock => from_the_future(Envelope::new(&decreased, origin)?).encode()?,
            Kind::NoSuchOrder => Envelope::new(&created, origin)?.encode()?,
        })
    }

    /// Waits until as many are set aside as must be of so many that were written, and takes them away: the side that
    /// is measured next begins without any.
    pub async fn clear(&self, written: u64) -> Result<()> {
        let kinds = || (0..written).map(Kind::of);
        let by_store = kinds().filter(|kind| kind.concerns_the_store()).count();
        let by_payments = kinds().filter(|kind| kind.concerns_payments()).count();
        for (pool, expected) in [(&self.store, by_store), (&self.payments, by_payments)] {
            let began = Instant::now();
            loop {
                let parked: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM parked_events").fetch_one(pool).await?;
                if usize::try_from(parked)? == expected {
                    break;
                }
                ensure!(began.elapsed() < PARK_LIMIT, "{parked} events are parked, and {expected} should be");
                tokio::time::sleep(POLL).await;
            }
            sqlx::query("DELETE FROM parked_events").execute(pool).await?;
        }
        Ok(())
    }
}

/// What can be wrong with a message, in turn.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Half an envelope, which nobody can read.
    Broken,
    /// An event of store-manager's in a version that it does not know.
    NewerOrder,
    /// An event of payment-service's in a version that it does not know.
    NewerStock,
    /// An event whose handler fails each time.
    NoSuchOrder,
}

impl Kind {
    fn of(number: u64) -> Self {
        match number % 4 {
            0 => Self::Broken,
            1 => Self::NewerOrder,
            2 => Self::NewerStock,
            _ => Self::NoSuchOrder,
        }
    }

    /// What nobody can read is set aside by both services, the rest by the one that would have to act on it.
    fn concerns_the_store(self) -> bool {
        !matches!(self, Self::NewerStock)
    }

    fn concerns_payments(self) -> bool {
        matches!(self, Self::Broken | Self::NewerStock)
    }
}
