//! The SQL of orders: writing, locking and saving one. `rows.rs` reads them, `timeline.rs` has the timeline,
//! `open_sagas.rs` what has not ended.

mod open_sagas;
mod rows;
mod timeline;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use saga_kit::rows::json;
use serde::Serialize;
use shared_events::{Currency, Money, OrderId, OrderItem, ProductId, UserId};
use sqlx::{MySqlConnection, query};
use uuid::Uuid;

pub(crate) use self::open_sagas::{
    SeenEvent, count_open_sagas, forget_overdue, note_overdue, noticed_overdue, seen_by_timelines,
};
pub(crate) use self::rows::{get, items_of, list, lock, lock_all, with_open_saga};
pub use self::timeline::RecordedEvent;
pub(crate) use self::timeline::{record_events, timeline_of};
use super::{Order, OrderStatus};
use crate::columns;

/// An order that is about to be written, as soon as its items have prices.
#[derive(Debug)]
pub(crate) struct PricedOrder {
    pub(crate) user_id: UserId,
    pub(crate) items: Vec<OrderItem>,
    pub(crate) total_amount: Money,
    pub(crate) currency: Currency,
    pub(crate) correlation_id: Uuid,
    pub(crate) created_at: DateTime<Utc>,
}

/// A row of `orders`, as JSON.
#[derive(Serialize)]
struct NewRow {
    user_id: UserId,
    total_amount: String,
    currency: Currency,
    correlation_id: uuid::fmt::Simple,
    created_at: String,
}

/// A row of `order_items`, as JSON, but for its price.
#[derive(Serialize)]
struct NewItem {
    order_id: OrderId,
    product_id: ProductId,
    quantity: u32,
}

/// Writes orders with their items and tells their ids, in the order in which they are given.
///
/// The prices of the items are not read from what is sent: they come from the products, whose rows
/// [`crate::products::store::hold_prices`] holds.
pub(crate) async fn insert(
    connection: &mut MySqlConnection,
    orders: &[&PricedOrder],
) -> Result<Vec<OrderId>, sqlx::Error> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let ids = insert_rows(connection, orders).await?;
    let items_of = |(order, &order_id): (&&PricedOrder, &OrderId)| -> Vec<NewItem> {
        let item = |item: &OrderItem| NewItem { order_id, product_id: item.product_id, quantity: item.quantity };
        order.items.iter().map(item).collect()
    };
    let items: Vec<NewItem> = orders.iter().zip(&ids).flat_map(items_of).collect();
    query!(
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price)
         SELECT wanted.order_id, products.id, wanted.quantity, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             order_id BIGINT UNSIGNED PATH '$.order_id', product_id BIGINT UNSIGNED PATH '$.product_id',
             quantity INT UNSIGNED PATH '$.quantity'
         )) AS wanted
         STRAIGHT_JOIN products ON products.id = wanted.product_id",
        json(&items)?
    )
    .execute(connection)
    .await?;
    Ok(ids)
}

async fn insert_rows(connection: &mut MySqlConnection, orders: &[&PricedOrder]) -> Result<Vec<OrderId>, sqlx::Error> {
    let row = |order: &&PricedOrder| NewRow {
        user_id: order.user_id,
        total_amount: order.total_amount.as_decimal().to_string(),
        currency: order.currency,
        correlation_id: order.correlation_id.simple(),
        created_at: order.created_at.naive_utc().to_string(),
    };
    let rows: Vec<NewRow> = orders.iter().map(row).collect();
    let inserted = query!(
        "INSERT INTO orders (user_id, status, total_amount, currency, correlation_id, created_at)
         SELECT new.user_id, ?, new.total_amount, new.currency, UNHEX(new.correlation_id), new.created_at
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             user_id BIGINT UNSIGNED PATH '$.user_id', total_amount DECIMAL(12, 2) PATH '$.total_amount',
             currency CHAR(3) PATH '$.currency', correlation_id CHAR(32) PATH '$.correlation_id',
             created_at DATETIME(6) PATH '$.created_at'
         )) AS new",
        OrderStatus::DecreasingStock.name(),
        json(&rows)?
    )
    .execute(&mut *connection)
    .await?;
    let first = inserted.last_insert_id();
    if orders.len() == 1 {
        return Ok(vec![first]);
    }
    // Servers differ in whether such an insert gives its rows ids in a row: the sagas tell whose is which. Few rows are
    // younger than the first of these.
    let written = query!(r#"SELECT id, correlation_id AS "correlation_id: Uuid" FROM orders WHERE id >= ?"#, first)
        .fetch_all(connection)
        .await?;
    let ids: HashMap<Uuid, OrderId> = written.into_iter().map(|row| (row.correlation_id, row.id)).collect();
    let id = |order: &&PricedOrder| ids.get(&order.correlation_id).copied().ok_or(sqlx::Error::RowNotFound);
    orders.iter().map(id).collect()
}

/// What of a locked order can change, as JSON; what is not there is NULL.
#[derive(Serialize)]
struct Changed<'o> {
    id: OrderId,
    status: &'static str,
    is_paid: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_link: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_reason: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_reason: Option<&'o str>,
    correlation_id: uuid::fmt::Simple,
    #[serde(skip_serializing_if = "Option::is_none")]
    saga_ended_at: Option<String>,
}

impl<'o> From<&'o Order> for Changed<'o> {
    fn from(order: &'o Order) -> Self {
        Self {
            id: order.id,
            status: order.status.name(),
            is_paid: order.is_paid.into(),
            payment_id: order.payment_id,
            payment_link: order.payment_link.as_deref(),
            decline_reason: order.decline_reason.as_deref(),
            cancel_reason: order.cancel_reason.as_deref(),
            correlation_id: order.correlation_id.simple(),
            saga_ended_at: order.saga_ended_at.map(|at| at.naive_utc().to_string()),
        }
    }
}

/// Writes all of a locked order that can change.
pub(crate) async fn save(connection: &mut MySqlConnection, order: &Order) -> Result<(), sqlx::Error> {
    save_all(connection, &[order]).await
}

/// The same for several orders, with one statement.
pub(crate) async fn save_all(connection: &mut MySqlConnection, orders: &[&Order]) -> Result<(), sqlx::Error> {
    if orders.is_empty() {
        return Ok(());
    }
    let changed: Vec<Changed<'_>> = orders.iter().map(|order| Changed::from(*order)).collect();
    query!(
        "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
             id BIGINT UNSIGNED PATH '$.id', status VARCHAR(32) PATH '$.status', is_paid TINYINT PATH '$.is_paid',
             payment_id BIGINT UNSIGNED PATH '$.payment_id', payment_link TEXT PATH '$.payment_link',
             decline_reason TEXT PATH '$.decline_reason', cancel_reason TEXT PATH '$.cancel_reason',
             correlation_id CHAR(32) PATH '$.correlation_id', saga_ended_at DATETIME(6) PATH '$.saga_ended_at'
         )) AS changed
         STRAIGHT_JOIN orders FORCE INDEX (PRIMARY) ON orders.id = changed.id
         SET orders.status = changed.status, orders.is_paid = changed.is_paid,
             orders.payment_id = changed.payment_id, orders.payment_link = changed.payment_link,
             orders.decline_reason = changed.decline_reason, orders.cancel_reason = changed.cancel_reason,
             orders.correlation_id = UNHEX(changed.correlation_id), orders.saga_ended_at = changed.saga_ended_at",
        json(&changed)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Records an order that never came to be: true the first time, false when it was recorded before.
pub(crate) async fn record_refusal(
    connection: &mut MySqlConnection,
    correlation_id: Uuid,
    (user_id, reason): (UserId, &str),
    ended_at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let inserted = query!(
        "INSERT INTO order_refusals (correlation_id, user_id, reason, ended_at) VALUES (?, ?, ?, ?)",
        correlation_id,
        user_id,
        reason,
        ended_at
    )
    .execute(connection)
    .await;
    match inserted {
        Err(error) if columns::is_taken(&error) => Ok(false),
        inserted => inserted.map(|_| true),
    }
}
