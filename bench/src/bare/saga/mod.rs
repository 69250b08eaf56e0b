//! The sagas as a bare loop: the SQL of both services over sqlx, in the transactions in which they do it, and
//! channels in place of the relay, the broker and the consumers. No HTTP, no JSON that is read, no decisions.
//!
//! The statements are written out once more on purpose: a limit that calls the code it is the limit of would be
//! none. A test holds them against what the database hears from the store.

pub(super) mod machinery;
mod payments;
mod store;
pub(super) mod told;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use saga_kit::database::connect_and_migrate;
use sqlx::MySqlPool;
use tokio_util::sync::CancellationToken;

use self::payments::Payments;
use self::store::Store;
use self::told::Payloads;
use self::wire::{Service, Wires};
use super::transaction::{Bare, PRODUCTS};
use crate::load::{Done, Load, drive};
use crate::run::audit;
use crate::settings::RunSettings;

/// Of payment-service, which is no library of the bench.
pub(crate) static PAYMENTS_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/payment-service");

/// Connections to each database, as the services have by default.
const CONNECTIONS: u16 = 12;
/// More than any run sells.
const STOCK: u32 = 1_000_000_000;
/// What its databases are called behind the names of the store's.
const SUFFIX: &str = "_bare_sagas";
const POLL: Duration = Duration::from_millis(5);

/// Both databases, with the services' schemas.
#[derive(Debug)]
pub(crate) struct BareSagas {
    orders: Bare,
    payments: MySqlPool,
    payloads: Arc<Payloads>,
}

impl BareSagas {
    /// Makes the databases if need be.
    pub async fn open(settings: &RunSettings) -> Result<Self> {
        let orders = Bare::open(&format!("{}{SUFFIX}", settings.database_url), CONNECTIONS).await?;
        for id in 1..=PRODUCTS {
            let level = "INSERT IGNORE INTO stocks (product_id, quantity, version) VALUES (?, ?, 1)";
            sqlx::query(level).bind(id).bind(STOCK).execute(orders.pool()).await?;
            let line = "INSERT IGNORE INTO stock_movements (product_id, kind, delta, level_after, version, moved_at)
                        VALUES (?, 'set', ?, ?, 1, UTC_TIMESTAMP(6))";
            sqlx::query(line).bind(id).bind(STOCK).bind(STOCK).execute(orders.pool()).await?;
        }
        let url = format!("{}{SUFFIX}", settings.payments_database_url);
        let stop = CancellationToken::new();
        let payments = connect_and_migrate(&url, CONNECTIONS.into(), &PAYMENTS_MIGRATIONS, &stop).await?;
        Ok(Self { orders, payments, payloads: Arc::new(Payloads::new()?) })
    }

    /// The database of orders.
    pub fn pool(&self) -> &MySqlPool {
        self.orders.pool()
    }

    /// Orders over the first so many products for as long as the load says, and each saga to its end.
    pub async fn run(&self, load: Load, products: u64) -> Result<Done> {
        let store = Store { pool: self.pool().clone(), payloads: Arc::clone(&self.payloads) };
        let payments = Payments { pool: self.payments.clone(), payloads: Arc::clone(&self.payloads) };
        let mut wires = Wires::start(Service::Store(store), Service::Payments(payments));
        let number = Arc::new(AtomicU64::new(0));
        let clients = (0..load.connections).map(|_| {
            let (orders, number, wire) = (self.orders.clone(), Arc::clone(&number), wires.of_the_store());
            async move |until: Instant| {
                let mut count = 0;
                while Instant::now() < until {
                    let product_id = 1 + number.fetch_add(1, Ordering::Relaxed) % products.min(PRODUCTS);
                    wire.tell(vec![orders.place(product_id).await?])?;
                    count += 1;
                }
                Ok(count)
            }
        });
        let done = drive(clients, load.seconds).await?;
        while !wires.are_silent()? {
            tokio::time::sleep(POLL).await;
        }
        Ok(done)
    }

    /// It is a limit only while it does the same work: what holds of a store must hold of its tables too.
    pub async fn audit(&self, settings: &RunSettings) -> Result<()> {
        let [store, payments] =
            [&settings.database_url, &settings.payments_database_url].map(|url| url.clone() + SUFFIX);
        audit(&store, &payments).await.context("the bare limit")
    }
}
