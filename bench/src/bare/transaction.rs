//! The transaction of `POST /orders` as a bare loop: the same statements over sqlx, and nothing around them.
//!
//! They are written out once more on purpose: a limit that calls the code it is the limit of would be none. A test
//! holds them against what the database hears from the store.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::Utc;
use futures::future::try_join_all;
use saga_kit::database::connect_and_migrate;
use shared_events::{
    Currency, Envelope, Money, OrderCreated, OrderId, OrderItem, Origin, ProductId, STORE_MANAGER, UserId,
};
use sqlx::{Connection, MySqlConnection, MySqlPool};
use store_manager::app::MIGRATIONS;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::load::{Done, Load, drive};

/// Products that orders take in turn, as many as the store has in a run.
pub(super) const PRODUCTS: u64 = 256;
pub(super) const USER: UserId = 1;
pub(super) const PRICE: &str = "12.50";
pub(super) const TOPIC: &str = "order-saga-events";

/// A database of its own with the store's schema, a user and products; its outbox has no relay.
#[derive(Debug, Clone)]
pub(crate) struct Bare {
    pool: MySqlPool,
    payload: Vec<u8>,
    currency: Currency,
}

impl Bare {
    /// Makes the database if need be.
    pub async fn open(url: &str, connections: u16) -> Result<Self> {
        let pool = connect_and_migrate(url, connections.into(), &MIGRATIONS, &CancellationToken::new()).await?;
        sqlx::query("INSERT IGNORE INTO users (id, name, email) VALUES (?, 'Bench', 'bench@bench.example')")
            .bind(USER)
            .execute(&pool)
            .await?;
        let price: Money = PRICE.parse()?;
        for id in 1..=PRODUCTS {
            sqlx::query("INSERT IGNORE INTO products (id, name, sku, price) VALUES (?, 'Product', ?, ?)")
                .bind(id)
                .bind(id.to_string())
                .bind(price.as_decimal())
                .execute(&pool)
                .await?;
        }
        let currency: Currency = "CAD".parse()?;
        Ok(Self { pool, payload: payload(currency)?, currency })
    }

    /// Transactions one after the other on as many connections as the load has, until its time is over.
    pub async fn run(&self, load: Load) -> Result<Done> {
        let connections = try_join_all((0..load.connections).map(|_| self.pool.acquire())).await?;
        let workers = connections.into_iter().enumerate().map(|(number, mut connection)| {
            let (bare, first, step) = (self.clone(), number as u64, usize::from(load.connections));
            async move |until: Instant| {
                let mut count = 0;
                for at in (first..).step_by(step) {
                    if Instant::now() >= until {
                        break;
                    }
                    let mut tx = connection.begin().await?;
                    bare.place(&mut tx, 1 + at % PRODUCTS).await?;
                    tx.commit().await?;
                    count += 1;
                }
                Ok(count)
            }
        });
        drive(workers, load.seconds).await
    }

    /// The statements of one order, as the store writes it; gives its id, and that of its event in the outbox.
    pub async fn place(&self, connection: &mut MySqlConnection, product_id: ProductId) -> Result<(OrderId, u64)> {
        sqlx::query_scalar::<_, u64>(
            "SELECT users.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN users FORCE INDEX (PRIMARY) ON users.id = wanted.id LOCK IN SHARE MODE",
        )
        .bind(format!("[{USER}]"))
        .fetch_optional(&mut *connection)
        .await?
        .context("no user")?;
        let (_, price): (u64, rust_decimal::Decimal) = sqlx::query_as(
            "SELECT products.id, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = wanted.id LOCK IN SHARE MODE",
        )
        .bind(format!("[{product_id}]"))
        .fetch_one(&mut *connection)
        .await?;
        let now = Utc::now();
        let (currency, saga) = (self.currency.as_str(), Uuid::now_v7().simple());
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
        .bind(format!(
            r#"[{{"user_id":{USER},"total_amount":"{price}","currency":"{currency}","correlation_id":"{saga}","created_at":"{}"}}]"#,
            now.naive_utc()
        ))
        .execute(&mut *connection)
        .await?;
        let order_id = inserted.last_insert_id();
        sqlx::query(
            "INSERT INTO order_items (order_id, product_id, quantity, unit_price)
         SELECT wanted.order_id, products.id, wanted.quantity, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             order_id BIGINT UNSIGNED PATH '$.order_id', product_id BIGINT UNSIGNED PATH '$.product_id',
             quantity INT UNSIGNED PATH '$.quantity'
         )) AS wanted
         STRAIGHT_JOIN products ON products.id = wanted.product_id",
        )
        .bind(format!(r#"[{{"order_id":{order_id},"product_id":{product_id},"quantity":1}}]"#))
        .execute(&mut *connection)
        .await?;
        let emitted = sqlx::query(
            "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, headers, payload) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(TOPIC)
        .bind(order_id.to_string())
        .bind(Uuid::now_v7())
        .bind("OrderCreated")
        .bind(now.naive_utc())
        .bind(None::<Vec<u8>>)
        .bind(self.payload.as_slice())
        .execute(connection)
        .await?;
        Ok((order_id, emitted.last_insert_id()))
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

/// An event as large as the store's, made once: a bare loop does not encode.
fn payload(currency: Currency) -> Result<Vec<u8>> {
    let price: Money = PRICE.parse()?;
    let items = vec![OrderItem { product_id: 1, quantity: 1, unit_price: price }];
    let event = OrderCreated { order_id: 1, user_id: USER, items, total_amount: price, currency };
    let origin = Origin {
        event_id: Uuid::now_v7(),
        timestamp: Utc::now(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        service_name: STORE_MANAGER.to_owned(),
        metadata: BTreeMap::new(),
    };
    Ok(Envelope::new(&event, origin)?.encode()?)
}
