//! The transactions of payment-service.

use std::sync::Arc;

use anyhow::Result;
use chrono::{Days, Utc};
use rust_decimal::Decimal;
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
        let mut told = Vec::new();
        for event in batch.iter().filter(|event| event.kind == Kind::StockDecreased) {
            let payment_id = Some(create(&mut tx, event.order_id).await?);
            told.push(Told { payment_id, ..Told::new(Kind::PaymentCreated, event.order_id) });
        }
        emit(&mut tx, &self.payloads, &mut told).await?;
        tx.commit().await?;
        Ok(told)
    }
}

/// `StockDecreased`: the order's one payment; gives its id.
async fn create(connection: &mut MySqlConnection, order_id: u64) -> Result<u64> {
    sqlx::query(
        "SELECT id, order_id, user_id, amount, currency, status, correlation_id AS `correlation_id: Uuid`, \
         decline_reason, card_last4, created_at, expires_at, processed_at FROM payments WHERE order_id = ? FOR UPDATE",
    )
    .bind(order_id)
    .fetch_optional(&mut *connection)
    .await?;
    sqlx::query("SELECT answered_at FROM payment_refusals WHERE order_id = ? FOR UPDATE")
        .bind(order_id)
        .fetch_optional(&mut *connection)
        .await?;
    let now = Utc::now();
    let inserted = sqlx::query(
        "INSERT INTO payments (order_id, user_id, amount, currency, status, correlation_id, created_at, expires_at) \
         VALUES (?, ?, ?, ?, 'open', ?, ?, ?)",
    )
    .bind(order_id)
    .bind(USER)
    .bind(PRICE.parse::<Decimal>()?)
    .bind("CAD")
    .bind(Uuid::now_v7())
    .bind(now.naive_utc())
    .bind((now + Days::new(1)).naive_utc())
    .execute(connection)
    .await?;
    Ok(inserted.last_insert_id())
}
