//! Sagas of a running store: orders placed for a while, and followed until each saga has ended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use chrono::{NaiveDateTime, Utc};
use futures::future::try_join_all;
use sqlx::MySqlPool;

use crate::http::{Connection, Exchange};
use crate::load::{Done, Load, drive};
use crate::poison::Poison;

/// How long sagas may take to end.
const SETTLE_LIMIT: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(50);

/// One message in a hundred orders.
pub(crate) const POISON_EVERY: u64 = 100;

pub(crate) const ORDERS: &str = "SELECT COUNT(*) FROM orders";
/// Asked first, because it costs next to nothing: the other looks at all orders, and what it costs is the store's loss.
const UNSENT: &str = "SELECT COUNT(*) FROM outbox";
const UNDER_WAY: &str =
    "SELECT (SELECT COUNT(*) FROM orders WHERE saga_ended_at IS NULL) + (SELECT COUNT(*) FROM outbox)";

/// The orders of one side of one round.
#[derive(Debug)]
pub(crate) struct Sagas {
    /// Where they are placed, in turn.
    pub addresses: Vec<SocketAddr>,
    /// The database of orders.
    pub pool: MySqlPool,
    /// The orders, in turn.
    pub exchanges: Arc<[Exchange]>,
    pub load: Load,
}

impl Sagas {
    /// How many sagas ended, and how long that took from the first request to the end of the last.
    pub async fn run_to_their_end(&self, poison: Option<&Poison>) -> Result<Done> {
        let before = count(&self.pool, ORDERS).await?;
        let began = Utc::now().naive_utc();
        let done = self.place(poison).await?;
        settle(&self.pool).await?;
        written(done, count(&self.pool, ORDERS).await? - before)?;
        ended(&self.pool, began, done).await
    }

    async fn place(&self, poison: Option<&Poison>) -> Result<Done> {
        let placed = Arc::new(AtomicU64::new(0));
        let addresses = self.addresses.iter().cycle().take(self.load.connections.into());
        let connections = try_join_all(addresses.map(|address| Connection::open(*address))).await?;
        let workers = connections.into_iter().map(|mut connection| {
            let (exchanges, placed, poison) = (Arc::clone(&self.exchanges), Arc::clone(&placed), poison.cloned());
            async move |until: Instant| {
                let mut count = 0_u64;
                while Instant::now() < until {
                    let number = placed.fetch_add(1, Ordering::Relaxed);
                    let at = usize::try_from(number)? % exchanges.len();
                    connection.call(&exchanges[at]).await?;
                    count += 1;
                    if let (Some(poison), 0) = (&poison, number % POISON_EVERY) {
                        poison.write(number / POISON_EVERY).await?;
                    }
                }
                Ok(count)
            }
        });
        drive(workers, self.load.seconds).await
    }
}

/// The same count up to the end of the last saga, as the database has noted it: a look from here would be late by up
/// to the time between two looks.
pub(crate) async fn ended(pool: &MySqlPool, began: NaiveDateTime, done: Done) -> Result<Done> {
    let last: Option<NaiveDateTime> =
        sqlx::query_scalar("SELECT MAX(saga_ended_at) FROM orders").fetch_one(pool).await?;
    Ok(Done { took: (last.context("no saga has ended")? - began).to_std()?, ..done })
}

pub(crate) async fn count(pool: &MySqlPool, sql: &'static str) -> Result<u64> {
    let count: i64 = sqlx::query_scalar(sql).fetch_one(pool).await?;
    Ok(u64::try_from(count)?)
}

/// Each that was counted is in the database, and nothing else is.
pub(crate) fn written(done: Done, rows: u64) -> Result<()> {
    ensure!(rows == done.count, "{} orders were answered for, and {rows} written", done.count);
    Ok(())
}

/// Until no saga is under way: what is measured next must not share the machine with them.
pub(crate) async fn settle(pool: &MySqlPool) -> Result<()> {
    let began = Instant::now();
    loop {
        let left = match count(pool, UNSENT).await? {
            0 => count(pool, UNDER_WAY).await?,
            unsent => unsent,
        };
        if left == 0 {
            return Ok(());
        }
        if began.elapsed() > SETTLE_LIMIT {
            bail!("{left} sagas and events are still under way after {SETTLE_LIMIT:?}");
        }
        tokio::time::sleep(POLL).await;
    }
}
