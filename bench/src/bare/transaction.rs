//! The transaction of `POST /orders` as a bare loop: the same statements over sqlx, and nothing around them. As in the
//! store, orders that wait at the same time share a transaction.
//!
//! They are written out once more on purpose: a limit that calls the code it is the limit of would be none. A test
//! holds them against what the database hears from the store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::Utc;
use saga_kit::database::connect_and_migrate;
use serde_json::json;
use shared_events::{OrderId, ProductId, UserId};
use sqlx::{MySqlConnection, MySqlPool};
use store_manager::app::MIGRATIONS;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::saga::machinery::emit;
use super::saga::told::{Kind, Payloads, Told};
use crate::load::{Done, Load, drive};

/// Products that orders take in turn, as many as the store has in a run.
pub(super) const PRODUCTS: u64 = 256;
pub(super) const USER: UserId = 1;
pub(super) const PRICE: &str = "12.50";
pub(super) const TOPIC: &str = "order-saga-events";

/// Transactions at the same time, and orders in one of them at most, as in the store.
const WORKERS: usize = 2;
const MAX_TOGETHER: usize = 64;

/// An order that waits for its transaction, and who waits for it.
type Waiting = (ProductId, oneshot::Sender<Result<Told, String>>);

/// A database of its own with the store's schema, a user and products; its outbox has no relay.
#[derive(Debug, Clone)]
pub(crate) struct Bare {
    pool: MySqlPool,
    waiting: mpsc::UnboundedSender<Waiting>,
}

impl Bare {
    /// Makes the database if need be.
    pub async fn open(url: &str, connections: u16) -> Result<Self> {
        let pool = connect_and_migrate(url, connections.into(), &MIGRATIONS, &CancellationToken::new()).await?;
        sqlx::query("INSERT IGNORE INTO users (id, name, email) VALUES (?, 'Bench', 'bench@bench.example')")
            .bind(USER)
            .execute(&pool)
            .await?;
        for id in 1..=PRODUCTS {
            sqlx::query("INSERT IGNORE INTO products (id, name, sku, price) VALUES (?, 'Product', ?, ?)")
                .bind(id)
                .bind(id.to_string())
                .bind(PRICE.parse::<rust_decimal::Decimal>()?)
                .execute(&pool)
                .await?;
        }
        let (waiting, orders) = mpsc::unbounded_channel();
        let (orders, payloads) = (Arc::new(Mutex::new(orders)), Arc::new(Payloads::new()?));
        for _ in 0..WORKERS {
            tokio::spawn(work(pool.clone(), Arc::clone(&payloads), Arc::clone(&orders)));
        }
        Ok(Self { pool, waiting })
    }

    /// Orders one after the other from as many places as the load has connections, until its time is over.
    pub async fn run(&self, load: Load) -> Result<Done> {
        let workers = (0..load.connections).map(|number| {
            let (bare, first, step) = (self.clone(), u64::from(number), usize::from(load.connections));
            async move |until: Instant| {
                let mut count = 0;
                for at in (first..).step_by(step) {
                    if Instant::now() >= until {
                        break;
                    }
                    bare.place(1 + at % PRODUCTS).await?;
                    count += 1;
                }
                Ok(count)
            }
        });
        drive(workers, load.seconds).await
    }

    /// Places an order, with those that wait at the same time; gives its event once it is committed.
    pub async fn place(&self, product_id: ProductId) -> Result<Told> {
        let (placed, told) = oneshot::channel();
        self.waiting.send((product_id, placed))?;
        told.await?.map_err(anyhow::Error::msg).context("the bare transaction")
    }

    /// Its database.
    pub fn pool(&self) -> &MySqlPool {
        &self.pool
    }

    /// How many orders there are.
    pub async fn orders(&self) -> Result<u64> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(&self.pool).await?;
        Ok(u64::try_from(count)?)
    }
}

/// Ends with the last who could place an order.
async fn work(pool: MySqlPool, payloads: Arc<Payloads>, orders: Arc<Mutex<mpsc::UnboundedReceiver<Waiting>>>) {
    let mut taken = Vec::with_capacity(MAX_TOGETHER);
    while orders.lock().await.recv_many(&mut taken, MAX_TOGETHER).await > 0 {
        let (products, places): (Vec<_>, Vec<_>) = taken.drain(..).unzip();
        // Whoever waited may be gone: its time is over.
        match together(&pool, &payloads, &products).await {
            Ok(told) => places.into_iter().zip(told).for_each(|(place, told)| drop(place.send(Ok(told)))),
            Err(error) => places.into_iter().for_each(|place| drop(place.send(Err(format!("{error:#}"))))),
        }
    }
}

/// Orders in one transaction.
async fn together(pool: &MySqlPool, payloads: &Payloads, products: &[ProductId]) -> Result<Vec<Told>> {
    let mut tx = pool.begin().await?;
    let mut told = insert(&mut tx, products).await?;
    emit(&mut tx, payloads, &mut told).await?;
    tx.commit().await?;
    Ok(told)
}

/// The statements of orders, as the store writes them; gives what is to be told of each.
async fn insert(connection: &mut MySqlConnection, products: &[ProductId]) -> Result<Vec<Told>> {
    sqlx::query(
        "SELECT users.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN users FORCE INDEX (PRIMARY) ON users.id = wanted.id LOCK IN SHARE MODE",
    )
    .bind(json!([USER]).to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut wanted = products.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    sqlx::query(
        "SELECT products.id, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = wanted.id LOCK IN SHARE MODE",
    )
    .bind(json!(wanted).to_string())
    .fetch_all(&mut *connection)
    .await?;
    let ids = insert_rows(connection, products.len()).await?;
    let item = |(order_id, product_id)| json!({"order_id": order_id, "product_id": product_id, "quantity": 1});
    let items: Vec<_> = ids.iter().zip(products).map(item).collect();
    sqlx::query(
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price)
         SELECT wanted.order_id, products.id, wanted.quantity, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             order_id BIGINT UNSIGNED PATH '$.order_id', product_id BIGINT UNSIGNED PATH '$.product_id',
             quantity INT UNSIGNED PATH '$.quantity'
         )) AS wanted
         STRAIGHT_JOIN products ON products.id = wanted.product_id",
    )
    .bind(json!(items).to_string())
    .execute(connection)
    .await?;
    Ok(ids.into_iter().map(|order_id| Told::new(Kind::OrderCreated, order_id)).collect())
}

async fn insert_rows(connection: &mut MySqlConnection, count: usize) -> Result<Vec<OrderId>> {
    let now = Utc::now().naive_utc().to_string();
    let sagas: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
    let row = |saga: &Uuid| {
        json!({"user_id": USER, "total_amount": PRICE, "currency": "CAD", "correlation_id": saga.simple().to_string(),
               "created_at": now})
    };
    let rows: Vec<_> = sagas.iter().map(row).collect();
    let inserted = sqlx::query(
        "INSERT INTO orders (user_id, status, total_amount, currency, correlation_id, created_at)
         SELECT new.user_id, ?, new.total_amount, new.currency, UNHEX(new.correlation_id), new.created_at
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             user_id BIGINT UNSIGNED PATH '$.user_id', total_amount DECIMAL(12, 2) PATH '$.total_amount',
             currency CHAR(3) PATH '$.currency', correlation_id CHAR(32) PATH '$.correlation_id',
             created_at DATETIME(6) PATH '$.created_at'
         )) AS new",
    )
    .bind("decreasing_stock")
    .bind(json!(rows).to_string())
    .execute(&mut *connection)
    .await?;
    let first = inserted.last_insert_id();
    if count == 1 {
        return Ok(vec![first]);
    }
    let written: Vec<(OrderId, Uuid)> =
        sqlx::query_as(r#"SELECT id, correlation_id AS "correlation_id: Uuid" FROM orders WHERE id >= ?"#)
            .bind(first)
            .fetch_all(connection)
            .await?;
    let ids: HashMap<Uuid, OrderId> = written.into_iter().map(|(id, saga)| (saga, id)).collect();
    sagas.iter().map(|saga| ids.get(saga).copied().context("an order is missing")).collect()
}
