//! Reading orders, with and without a lock.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use saga_kit::rows::json;
use shared_events::{OrderId, OrderItem, UserId};
use sqlx::{MySqlConnection, query, query_as};
use uuid::Uuid;

use crate::columns;
use crate::orders::{Order, OrderStatus};

struct OrderRow {
    id: OrderId,
    user_id: UserId,
    status: String,
    total_amount: Decimal,
    currency: String,
    is_paid: bool,
    payment_id: Option<u64>,
    payment_link: Option<String>,
    decline_reason: Option<String>,
    cancel_reason: Option<String>,
    correlation_id: Uuid,
    created_at: DateTime<Utc>,
    saga_ended_at: Option<DateTime<Utc>>,
}

impl TryFrom<OrderRow> for Order {
    type Error = sqlx::Error;

    fn try_from(row: OrderRow) -> Result<Self, sqlx::Error> {
        let unknown_status = || sqlx::Error::Decode(format!("{} is no status of an order", row.status).into());
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            status: OrderStatus::from_name(&row.status).ok_or_else(unknown_status)?,
            total_amount: columns::money(row.total_amount)?,
            currency: columns::currency(&row.currency)?,
            is_paid: row.is_paid,
            payment_id: row.payment_id,
            payment_link: row.payment_link,
            decline_reason: row.decline_reason,
            cancel_reason: row.cancel_reason,
            correlation_id: row.correlation_id,
            created_at: row.created_at,
            saga_ended_at: row.saga_ended_at,
        })
    }
}

/// The one list of an order's columns, for each statement that reads orders: what stands before the table, what behind.
macro_rules! select_orders {
    ($before:literal, $tail:literal, $($argument:expr),+) => {
        query_as!(
            OrderRow,
            r#"SELECT id, user_id, status, total_amount, currency, is_paid AS "is_paid: bool", payment_id, payment_link,
                      decline_reason, cancel_reason, correlation_id AS "correlation_id: Uuid",
                      created_at AS "created_at: DateTime<Utc>", saga_ended_at AS "saga_ended_at: DateTime<Utc>"
               FROM "# + $before + "orders " + $tail,
            $($argument),+
        )
    };
}

/// Locks an order until the transaction ends. Whoever changes an order or emits for it does this first: events so
/// get their ids in the order in which they are committed, and two changes never cross.
pub(crate) async fn lock(connection: &mut MySqlConnection, order_id: OrderId) -> Result<Option<Order>, sqlx::Error> {
    let row = select_orders!("", "WHERE id = ? FOR UPDATE", order_id).fetch_optional(connection).await?;
    row.map(Order::try_from).transpose()
}

/// Locks several orders, in id order, until the transaction ends; those that there are, by their ids.
pub(crate) async fn lock_all(
    connection: &mut MySqlConnection,
    order_ids: &[OrderId],
) -> Result<BTreeMap<OrderId, Order>, sqlx::Error> {
    // In this order the rows are read, and so locked.
    let sorted: BTreeSet<OrderId> = order_ids.iter().copied().collect();
    let rows = select_orders!(
        "JSON_TABLE(?, '$[*]' COLUMNS (wanted_id BIGINT UNSIGNED PATH '$')) AS wanted STRAIGHT_JOIN ",
        "FORCE INDEX (PRIMARY) ON id = wanted_id FOR UPDATE",
        json(&sorted)?
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.id, Order::try_from(row)?))).collect()
}

/// One order, to be read only.
pub(crate) async fn get(connection: &mut MySqlConnection, order_id: OrderId) -> Result<Option<Order>, sqlx::Error> {
    let row = select_orders!("", "WHERE id = ?", order_id).fetch_optional(connection).await?;
    row.map(Order::try_from).transpose()
}

/// Orders in id order, of one user or all, in one state or any.
pub(crate) async fn list(
    connection: &mut MySqlConnection,
    (after, rows): (OrderId, u32),
    (user_id, status): (Option<UserId>, Option<OrderStatus>),
) -> Result<Vec<Order>, sqlx::Error> {
    let status = status.map(OrderStatus::name);
    let rows = select_orders!(
        "",
        "WHERE id > ? AND (? IS NULL OR user_id = ?) AND (? IS NULL OR status = ?) ORDER BY id LIMIT ?",
        after,
        user_id,
        user_id,
        status,
        status,
        rows
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Orders whose saga has not ended and has an id below that one, in order of these ids. All states are named, because
/// the index begins with them.
pub(crate) async fn with_open_saga(
    connection: &mut MySqlConnection,
    below: Uuid,
    rows: u32,
) -> Result<Vec<Order>, sqlx::Error> {
    let rows = select_orders!(
        "",
        "FORCE INDEX (orders_by_status)
         WHERE status IN ('decreasing_stock', 'creating_payment', 'awaiting_payment', 'payment_declined', 'paid',
                          'cancellation_requested', 'cancelling_order', 'cancelled')
           AND saga_ended_at IS NULL AND correlation_id < ? ORDER BY correlation_id LIMIT ?",
        below,
        rows
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The items of these orders, in order of order and product, with one statement however many orders there are.
pub(crate) async fn items_of(
    connection: &mut MySqlConnection,
    order_ids: &[OrderId],
) -> Result<Vec<(OrderId, OrderItem)>, sqlx::Error> {
    let wanted = json(order_ids)?;
    let rows = query!(
        "SELECT items.order_id, items.product_id, items.quantity, items.unit_price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN order_items AS items ON items.order_id = wanted.id
         ORDER BY items.order_id, items.product_id",
        wanted
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let unit_price = columns::money(row.unit_price)?;
            Ok((row.order_id, OrderItem { product_id: row.product_id, quantity: row.quantity, unit_price }))
        })
        .collect()
}
