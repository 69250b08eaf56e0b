//! The service: it counts what is added, and tells the sum.

use saga_kit::{Handled, HandlerError, Registry, Tx};
use serde::{Deserialize, Serialize};
use shared_events::{Envelope, EventBody, EventSpec, Origin, Reaction, SagaMap, Topic};
use sqlx::MySqlPool;
use uuid::Uuid;

use super::SERVICE;

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
    /// Fails each time in a way that passes, as if something were always in its way.
    Ever,
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
        Some(Fault::Ever) => return Err(HandlerError::retry("something is in the way")),
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
