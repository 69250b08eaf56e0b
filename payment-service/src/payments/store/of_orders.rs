//! Payments of several orders at once, with as many statements as for one. What belongs to the orders travels as one
//! JSON text: the statements have one shape however many there are, are checked, and stay prepared.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use saga_kit::rows::json;
use serde::Serialize;
use shared_events::{OrderId, PaymentId};
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::payments::domain::Due;

/// Those of the orders that this service knows already: by a payment, or by a refusal.
pub async fn known(connection: &mut MySqlConnection, orders: &[OrderId]) -> Result<HashSet<OrderId>, sqlx::Error> {
    let orders = json(orders)?;
    let known = sqlx::query_scalar!(
        "SELECT payments.order_id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted \
         STRAIGHT_JOIN payments FORCE INDEX (payments_one_an_order) ON payments.order_id = wanted.id \
         UNION ALL \
         SELECT payment_refusals.order_id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted \
         STRAIGHT_JOIN payment_refusals FORCE INDEX (PRIMARY) ON payment_refusals.order_id = wanted.id",
        orders,
        orders
    );
    Ok(known.fetch_all(connection).await?.into_iter().collect())
}

/// A payment that is to be made, as JSON.
#[derive(Serialize)]
struct New {
    order_id: OrderId,
    user_id: u64,
    amount: String,
    currency: String,
    correlation_id: uuid::fmt::Simple,
}

/// New open payments, each with its order's saga; their ids by order. None when one of the orders has a payment
/// already: then nothing was written.
pub async fn insert(
    connection: &mut MySqlConnection,
    dues: &[(Due, Uuid)],
    (created_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<HashMap<OrderId, PaymentId>>, sqlx::Error> {
    let new = |(due, correlation_id): &(Due, Uuid)| New {
        order_id: due.order_id,
        user_id: due.user_id,
        amount: due.amount.as_decimal().to_string(),
        currency: due.currency.as_str().to_owned(),
        correlation_id: correlation_id.simple(),
    };
    let rows: Vec<New> = dues.iter().map(new).collect();
    let inserted = sqlx::query!(
        "INSERT INTO payments (order_id, user_id, amount, currency, status, correlation_id, created_at, expires_at) \
         SELECT due.order_id, due.user_id, due.amount, due.currency, 'open', UNHEX(due.correlation_id), ?, ? \
         FROM JSON_TABLE(?, '$[*]' COLUMNS ( \
             order_id BIGINT UNSIGNED PATH '$.order_id', user_id BIGINT UNSIGNED PATH '$.user_id', \
             amount DECIMAL(12, 2) PATH '$.amount', currency CHAR(3) PATH '$.currency', \
             correlation_id CHAR(32) PATH '$.correlation_id' \
         )) AS due",
        created_at.naive_utc(),
        expires_at.naive_utc(),
        json(&rows)?
    )
    .execute(&mut *connection)
    .await;
    match inserted {
        Ok(_) => {}
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(None),
        Err(error) => return Err(error),
    }
    let orders: Vec<OrderId> = dues.iter().map(|(due, _)| due.order_id).collect();
    ids_of(connection, &orders).await.map(Some)
}

async fn ids_of(
    connection: &mut MySqlConnection,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, PaymentId>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT payments.order_id, payments.id \
         FROM JSON_TABLE(?, '$[*]' COLUMNS (wanted_id BIGINT UNSIGNED PATH '$')) AS wanted \
         STRAIGHT_JOIN payments FORCE INDEX (payments_one_an_order) ON payments.order_id = wanted_id",
        json(orders)?
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(|row| (row.order_id, row.id)).collect())
}
