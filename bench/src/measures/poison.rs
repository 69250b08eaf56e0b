//! What poison costs the others: sagas beside events that cannot be handled, compared to the same without them.
//!
//! Both sides place orders for a while and wait until each saga has ended; on one of them every hundredth order is
//! followed by a message that has to be set aside.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::{NaiveDateTime, Utc};
use futures::FutureExt;
use futures::future::try_join_all;
use sqlx::MySqlPool;

use super::Bench;
use super::orders::{ORDERS, count, settle, written};
use crate::http::{Connection, Exchange};
use crate::load::{Done, Load, drive};
use crate::poison::Poison;
use crate::report::{Figure, Outline, Text, Unit};
use crate::rounds::{Side, in_turn};

pub(super) const NAME: &str = "poison";

/// One message in a hundred orders.
const EVERY: u64 = 100;

const FIGURE: Outline = Outline {
    name: "sagas_beside_poison",
    title: Text {
        en: "sagas to their end, beside 1% of events that cannot be handled",
        fr: "sagas jusqu'à leur fin, à côté de 1\u{a0}% d'événements impossibles à traiter",
    },
    against: Text { en: "against the same without those events", fr: "comparé aux mêmes sans ces événements" },
    unit: Unit::PerSecond,
    target: Some(0.95),
};

pub(super) async fn run(bench: &Bench) -> Result<Vec<Figure>> {
    let orders = Orders {
        address: bench.settings.store,
        pool: MySqlPool::connect_lazy(&bench.settings.database_url)?,
        exchanges: bench.catalogue.orders().into(),
        load: bench.load(),
    };
    let side = |poison: Option<Poison>| -> Side<'_, f64> {
        let orders = &orders;
        Box::new(move || {
            let poison = poison.clone();
            async move { orders.run_to_their_end(poison).await }.boxed_local()
        })
    };
    let sides = [side(Some(Poison::new(&bench.settings)?)), side(None)];
    let [beside_poison, without] = in_turn(NAME, bench.settings.rounds, sides).await?;
    Ok(vec![FIGURE.figure(&beside_poison, &without)])
}

/// The orders of one side of one round.
struct Orders {
    address: SocketAddr,
    pool: MySqlPool,
    exchanges: Arc<[Exchange]>,
    load: Load,
}

impl Orders {
    /// How many sagas ended in a second, from the first request to the end of the last saga.
    async fn run_to_their_end(&self, poison: Option<Poison>) -> Result<f64> {
        let before = count(&self.pool, ORDERS).await?;
        let began = Utc::now().naive_utc();
        let done = self.place(poison.clone()).await?;
        written(done, count(&self.pool, ORDERS).await? - before)?;
        settle(&self.pool).await?;
        // As the store noted it: a look from here would be late by up to the time between two looks.
        let last: Option<NaiveDateTime> =
            sqlx::query_scalar("SELECT MAX(saga_ended_at) FROM orders").fetch_one(&self.pool).await?;
        let took = (last.context("no saga has ended")? - began).to_std()?;
        if let Some(poison) = poison {
            poison.clear(done.count.div_ceil(EVERY)).await?;
        }
        Ok(Done { took, ..done }.per_second())
    }

    async fn place(&self, poison: Option<Poison>) -> Result<Done> {
        let placed = Arc::new(AtomicU64::new(0));
        let connections = (0..self.load.connections).map(|_| Connection::open(self.address));
        let workers = try_join_all(connections).await?.into_iter().map(|mut connection| {
            let (exchanges, placed, poison) = (Arc::clone(&self.exchanges), Arc::clone(&placed), poison.clone());
            async move |until: Instant| {
                let mut count = 0_u64;
                while Instant::now() < until {
                    let number = placed.fetch_add(1, Ordering::Relaxed);
                    let at = usize::try_from(number)? % exchanges.len();
                    connection.call(&exchanges[at]).await?;
                    count += 1;
                    if let (Some(poison), 0) = (&poison, number % EVERY) {
                        poison.write(number / EVERY).await?;
                    }
                }
                Ok(count)
            }
        });
        drive(workers, self.load.seconds).await
    }
}
