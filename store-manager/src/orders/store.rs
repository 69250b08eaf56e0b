//! The SQL of orders: writing, locking and saving one. `rows.rs` reads them, `timeline.rs` has the timeline.

mod rows;
mod timeline;

use chrono::{DateTime, Utc};
use shared_events::{Currency, Money, OrderId, OrderItem, UserId};
use sqlx::{MySqlConnection, query};
use uuid::Uuid;

pub(crate) use self::rows::{get, items_of, list, lock};
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

/// Writes an order with its items and tells the id.
///
/// The items travel as one JSON array, so that the statement has one shape whatever their number, is checked, and
/// stays prepared. Their prices are not read from it, for JSON's numbers are floats to the database: they come from
/// the products, whose rows [`crate::products::store::hold_prices`] holds.
pub(crate) async fn insert(connection: &mut MySqlConnection, order: &PricedOrder) -> Result<OrderId, sqlx::Error> {
    let inserted = query!(
        "INSERT INTO orders (user_id, status, total_amount, currency, correlation_id, created_at)
         VALUES (?, ?, ?, ?, ?, ?)",
        order.user_id,
        OrderStatus::DecreasingStock.name(),
        order.total_amount.as_decimal(),
        order.currency.as_str(),
        order.correlation_id,
        order.created_at
    )
    .execute(&mut *connection)
    .await?;
    let order_id = inserted.last_insert_id();
    let items = serde_json::to_string(&order.items).map_err(|error| sqlx::Error::Encode(error.into()))?;
    query!(
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price)
         SELECT ?, products.id, wanted.quantity, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             product_id BIGINT UNSIGNED PATH '$.product_id', quantity INT UNSIGNED PATH '$.quantity'
         )) AS wanted
         STRAIGHT_JOIN products ON products.id = wanted.product_id",
        order_id,
        items
    )
    .execute(connection)
    .await?;
    Ok(order_id)
}

/// Writes all of a locked order that can change.
pub(crate) async fn save(connection: &mut MySqlConnection, order: &Order) -> Result<(), sqlx::Error> {
    query!(
        "UPDATE orders SET status = ?, is_paid = ?, payment_id = ?, payment_link = ?, decline_reason = ?,
                cancel_reason = ?, correlation_id = ?, saga_ended_at = ?
         WHERE id = ?",
        order.status.name(),
        order.is_paid,
        order.payment_id,
        order.payment_link,
        order.decline_reason,
        order.cancel_reason,
        order.correlation_id,
        order.saga_ended_at,
        order.id
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
