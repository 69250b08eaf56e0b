//! The transactions of payment-service.

use std::sync::Arc;

use anyhow::Result;
use chrono::{Days, Utc};
use sqlx::{MySqlConnection, MySqlPool};
use uuid::Uuid;

use super::machinery::{emit, open};
use super::told::{Kind, Payloads, Told};
use crate::bare::transaction::{PRICE, USER};

/// payment-service.
#[derive(Debug, Clone)]
pub(super) struct Payments {
    pub pool: MySqlPool,
    pub payloads: Arc<Payloads>,
}

impl Payments {
    /// One transaction for what came together.
    pub async fn handle(&self, batch: &[Told]) -> Result<Vec<Told>> {
        let mut tx = self.pool.begin().await?;
        open(&mut tx, "payment-service", batch).await?;
        let due: Vec<u64> =
            batch.iter().filter(|event| event.kind == Kind::StockDecreased).map(|event| event.order_id).collect();
        let mut told = create(&mut tx, &due).await?;
        emit(&mut tx, &self.payloads, &mut told).await?;
        tx.commit().await?;
        Ok(told)
    }
}

/// `StockDecreased`: each order's one payment.
async fn create(connection: &mut MySqlConnection, orders: &[u64]) -> Result<Vec<Told>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = serde_json::to_string(orders)?;
    sqlx::query(
        "SELECT payments.order_id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted \
         STRAIGHT_JOIN payments FORCE INDEX (payments_one_an_order) ON payments.order_id = wanted.id \
         UNION ALL \
         SELECT payment_refusals.order_id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted \
         STRAIGHT_JOIN payment_refusals FORCE INDEX (PRIMARY) ON payment_refusals.order_id = wanted.id",
    )
    .bind(&wanted)
    .bind(&wanted)
    .fetch_all(&mut *connection)
    .await?;
    let now = Utc::now();
    let saga = Uuid::now_v7().simple();
    let row = |order_id: &u64| {
        format!(
            r#"{{"order_id":{order_id},"user_id":{USER},"amount":"{PRICE}","currency":"CAD","correlation_id":"{saga}"}}"#
        )
    };
    sqlx::query(
        "INSERT INTO payments (order_id, user_id, amount, currency, status, correlation_id, created_at, expires_at) \
         SELECT due.order_id, due.user_id, due.amount, due.currency, 'open', UNHEX(due.correlation_id), ?, ? \
         FROM JSON_TABLE(?, '$[*]' COLUMNS ( \
             order_id BIGINT UNSIGNED PATH '$.order_id', user_id BIGINT UNSIGNED PATH '$.user_id', \
             amount DECIMAL(12, 2) PATH '$.amount', currency CHAR(3) PATH '$.currency', \
             correlation_id CHAR(32) PATH '$.correlation_id' \
         )) AS due",
    )
    .bind(now.naive_utc())
    .bind((now + Days::new(1)).naive_utc())
    .bind(format!("[{}]", orders.iter().map(row).collect::<Vec<_>>().join(",")))
    .execute(&mut *connection)
    .await?;
    let ids: Vec<(u64, u64)> = sqlx::query_as(
        "SELECT payments.order_id, payments.id \
         FROM JSON_TABLE(?, '$[*]' COLUMNS (wanted_id BIGINT UNSIGNED PATH '$')) AS wanted \
         STRAIGHT_JOIN payments FORCE INDEX (payments_one_an_order) ON payments.order_id = wanted_id",
    )
    .bind(&wanted)
    .fetch_all(connection)
    .await?;
    let told = |(order_id, id)| Told { payment_id: Some(id), ..Told::new(Kind::PaymentCreated, order_id) };
    Ok(ids.into_iter().map(told).collect())
}
