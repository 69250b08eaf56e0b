//! The transactions of payment-service.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{Days, Utc};
use serde_json::json;
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
        let due = batch.iter().filter(|event| event.kind == Kind::StockDecreased);
        let orders: Vec<u64> = due.map(|event| event.order_id).collect();
        let mut told = Vec::with_capacity(orders.len());
        if !orders.is_empty() {
            let payments = create(&mut tx, &orders).await?;
            for order_id in orders {
                let payment_id = Some(*payments.get(&order_id).context("no payment")?);
                told.push(Told { payment_id, ..Told::new(Kind::PaymentCreated, order_id) });
            }
        }
        emit(&mut tx, &self.payloads, &mut told).await?;
        tx.commit().await?;
        Ok(told)
    }
}

/// `StockDecreased`: each order's one payment; gives their ids by order.
async fn create(connection: &mut MySqlConnection, orders: &[u64]) -> Result<HashMap<u64, u64>> {
    let wanted = json!(orders).to_string();
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
    let row = |order_id: &u64| {
        json!({"order_id": order_id, "user_id": USER, "amount": PRICE, "currency": "CAD",
               "correlation_id": Uuid::now_v7().simple().to_string()})
    };
    let rows: Vec<_> = orders.iter().map(row).collect();
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
    .bind(json!(rows).to_string())
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
    Ok(ids.into_iter().collect())
}
