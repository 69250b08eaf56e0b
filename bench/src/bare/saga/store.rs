//! The transactions of store-manager's handlers.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use sqlx::{MySqlConnection, MySqlPool, QueryBuilder};
use uuid::Uuid;

use super::machinery::{emit, open};
use super::told::{Kind, Payloads, Told};

/// Inserts of up to this many rows stay prepared.
const CACHED_SHAPES: usize = 8;

/// store-manager.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pub pool: MySqlPool,
    pub payloads: Arc<Payloads>,
}

impl Store {
    /// One transaction for what came together.
    pub async fn handle(&self, batch: &[Told]) -> Result<Vec<Told>> {
        let mut tx = self.pool.begin().await?;
        open(&mut tx, "store-manager", batch).await?;
        let of = |kind: Kind| batch.iter().filter(move |told| told.kind == kind).map(|told| told.order_id);
        let created: Vec<u64> = of(Kind::OrderCreated).collect();
        if created.len() > 1 {
            lock_stock(&mut tx, &created).await?;
        }
        let mut told = Vec::new();
        for Told { kind, order_id, payment_id, .. } in batch {
            match kind {
                Kind::OrderCreated => {
                    take(&mut tx, *order_id).await?;
                    told.push(Told::new(Kind::StockDecreased, *order_id));
                }
                Kind::PaymentCreated => {
                    complete(&mut tx, *order_id, *payment_id).await?;
                    told.push(Told::new(Kind::SagaCompleted, *order_id));
                }
                Kind::StockDecreased | Kind::SagaCompleted => {}
            }
        }
        self.record(&mut tx, batch).await?;
        emit(&mut tx, &self.payloads, &mut told).await?;
        tx.commit().await?;
        Ok(told)
    }

    /// The timeline.
    async fn record(&self, connection: &mut MySqlConnection, batch: &[Told]) -> Result<()> {
        let (now, saga) = (Utc::now(), Uuid::now_v7());
        let mut insert = QueryBuilder::new(
            "INSERT INTO saga_events (event_id, event_type, aggregate_id, correlation_id, causation_id, service_name, \
             occurred_at, recorded_at, data) ",
        );
        insert.push_values(batch, |mut row, told| {
            row.push_bind(told.event_id)
                .push_bind(told.kind.name())
                .push_bind(told.order_id.to_string())
                .push_bind(saga)
                .push_bind(saga)
                .push_bind("store-manager")
                .push_bind(now)
                .push_bind(now)
                .push_bind(self.payloads.of(told.kind).1);
        });
        insert.push(" ON DUPLICATE KEY UPDATE event_id = VALUES(event_id)");
        insert.build().persistent(batch.len() <= CACHED_SHAPES).execute(connection).await?;
        Ok(())
    }
}

/// The stock of several orders, in order of its products.
async fn lock_stock(connection: &mut MySqlConnection, orders: &[u64]) -> Result<()> {
    let products: Vec<u64> = sqlx::query_scalar(
        "SELECT DISTINCT items.product_id
         FROM JSON_TABLE(?, '$[*]' COLUMNS (order_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN order_items AS items FORCE INDEX (PRIMARY) ON items.order_id = wanted.order_id
         ORDER BY items.product_id",
    )
    .bind(serde_json::to_string(orders)?)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "SELECT stocks.product_id
         FROM JSON_TABLE(?, '$[*]' COLUMNS (product_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = wanted.product_id FOR UPDATE",
    )
    .bind(serde_json::to_string(&products)?)
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// `OrderCreated`: the stock is taken.
async fn take(connection: &mut MySqlConnection, order_id: u64) -> Result<()> {
    let saga = lock(connection, order_id).await?;
    let (product_id, quantity, level, version): (u64, u32, u32, u64) = sqlx::query_as(
        r#"SELECT items.product_id, items.quantity, stocks.quantity AS "level?: u32", stocks.version AS "version?: u64"
           FROM order_items AS items FORCE INDEX (PRIMARY)
           LEFT JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = items.product_id
           WHERE items.order_id = ? ORDER BY items.product_id FOR UPDATE"#,
    )
    .bind(order_id)
    .fetch_one(&mut *connection)
    .await?;
    let (level, version) = (level - quantity, version + 1);
    sqlx::query(
        "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at)
         SELECT moved.product_id, ?, ?, ? * moved.quantity, moved.level, moved.version, ?
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             product_id BIGINT UNSIGNED PATH '$.product_id', quantity INT PATH '$.quantity',
             level INT UNSIGNED PATH '$.level', version BIGINT UNSIGNED PATH '$.version'
         )) AS moved",
    )
    .bind(order_id)
    .bind("take")
    .bind(-1)
    .bind(Utc::now())
    .bind(format!(r#"[{{"product_id":{product_id},"quantity":{quantity},"level":{level},"version":{version}}}]"#))
    .execute(&mut *connection)
    .await?;
    let moved = sqlx::query(
        "UPDATE stock_movements AS moved FORCE INDEX (stock_movements_once)
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = moved.product_id
         SET stocks.quantity = moved.level_after, stocks.version = moved.version
         WHERE moved.order_id = ? AND moved.kind = ? AND stocks.version + 1 = moved.version
           AND CAST(stocks.quantity AS SIGNED) + moved.delta = moved.level_after",
    )
    .bind(order_id)
    .bind("take")
    .execute(&mut *connection)
    .await?;
    ensure!(moved.rows_affected() == 1, "the stock of order {order_id} did not move");
    save(connection, order_id, ("creating_payment", saga), None).await
}

/// `PaymentCreated`: the good end.
async fn complete(connection: &mut MySqlConnection, order_id: u64, payment_id: Option<u64>) -> Result<()> {
    let saga = lock(connection, order_id).await?;
    save(connection, order_id, ("awaiting_payment", saga), payment_id).await
}

async fn lock(connection: &mut MySqlConnection, order_id: u64) -> Result<Uuid> {
    let row = sqlx::query(
        r#"SELECT id, user_id, status, total_amount, currency, is_paid AS "is_paid: bool", payment_id, payment_link,
                  decline_reason, cancel_reason, correlation_id AS "correlation_id: Uuid",
                  created_at AS "created_at: DateTime<Utc>", saga_ended_at AS "saga_ended_at: DateTime<Utc>"
           FROM orders WHERE id = ? FOR UPDATE"#,
    )
    .bind(order_id)
    .fetch_optional(connection)
    .await?;
    Ok(sqlx::Row::try_get(&row.context("no order")?, 10)?)
}

async fn save(
    connection: &mut MySqlConnection,
    order_id: u64,
    (status, saga): (&str, Uuid),
    payment_id: Option<u64>,
) -> Result<()> {
    let link = "http://127.0.0.1:8080/payments-api/payments/process/";
    sqlx::query(
        "UPDATE orders SET status = ?, is_paid = ?, payment_id = ?, payment_link = ?, decline_reason = ?,
                cancel_reason = ?, correlation_id = ?, saga_ended_at = ?
         WHERE id = ?",
    )
    .bind(status)
    .bind(false)
    .bind(payment_id)
    .bind(payment_id.map(|id| format!("{link}{id}")))
    .bind(None::<String>)
    .bind(None::<String>)
    .bind(saga)
    .bind(payment_id.map(|_| Utc::now()))
    .bind(order_id)
    .execute(connection)
    .await?;
    Ok(())
}
