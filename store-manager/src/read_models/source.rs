//! The SQL that the read models are built from, held against, and replaced by while Redis is away.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use saga_kit::rows::json;
use shared_events::{OrderId, ProductId, UserId};
use sqlx::{MySqlConnection, query, query_as};

use super::ProductStock;
use super::contribution::{Contribution, cents};
use crate::columns;

/// A product with the versions of its two halves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VersionedProduct {
    pub stock: ProductStock,
    pub product_version: u64,
    pub stock_version: u64,
}

struct ProductRow {
    id: ProductId,
    name: String,
    sku: String,
    price: Decimal,
    product_version: u64,
    quantity: u32,
    stock_version: u64,
}

impl TryFrom<ProductRow> for VersionedProduct {
    type Error = sqlx::Error;

    fn try_from(row: ProductRow) -> Result<Self, sqlx::Error> {
        let ProductRow { id, name, sku, quantity, product_version, stock_version, .. } = row;
        let stock = ProductStock { id, name, sku, price: columns::money(row.price)?, quantity };
        Ok(Self { stock, product_version, stock_version })
    }
}

/// Products in id order.
pub(super) async fn products(
    connection: &mut MySqlConnection,
    (after, rows): (ProductId, u32),
) -> Result<Vec<VersionedProduct>, sqlx::Error> {
    let rows = query_as!(
        ProductRow,
        "SELECT products.id, products.name, products.sku, products.price, products.version AS product_version,
                stocks.quantity, stocks.version AS stock_version
         FROM products JOIN stocks ON stocks.product_id = products.id
         WHERE products.id > ? ORDER BY products.id LIMIT ?",
        after,
        rows
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VersionedProduct::try_from).collect()
}

/// Those of these products that exist.
pub(super) async fn products_of(
    connection: &mut MySqlConnection,
    product_ids: &[ProductId],
) -> Result<Vec<VersionedProduct>, sqlx::Error> {
    let rows = query_as!(
        ProductRow,
        "SELECT products.id, products.name, products.sku, products.price, products.version AS product_version,
                stocks.quantity, stocks.version AS stock_version
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         JOIN products ON products.id = wanted.id JOIN stocks ON stocks.product_id = products.id",
        json(product_ids)?
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(VersionedProduct::try_from).collect()
}

/// What an order has done to the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: its stock was never taken.
    None,
    /// It is in them.
    Taken,
    /// It was in them and left.
    Returned,
}

/// A page of orders in id order, each with its step, and the last id of the page; none when there are no more.
pub(super) async fn orders(
    connection: &mut MySqlConnection,
    (after, rows): (OrderId, u32),
) -> Result<Option<(OrderId, Vec<(Step, Contribution)>)>, sqlx::Error> {
    let found = query!(
        r#"SELECT orders.id, orders.user_id, orders.total_amount,
                  EXISTS (SELECT 1 FROM sold_orders WHERE sold_orders.id = orders.id) AS "sold!: bool",
                  EXISTS (SELECT 1 FROM stock_movements AS moved
                          WHERE moved.order_id = orders.id AND moved.kind = 'take') AS "taken!: bool"
           FROM orders WHERE orders.id > ? ORDER BY orders.id LIMIT ?"#,
        after,
        rows
    )
    .fetch_all(&mut *connection)
    .await?;
    let Some(last) = found.last().map(|row| row.id) else { return Ok(None) };
    let mut items = items(connection, (after, last)).await?;
    let mut page = Vec::with_capacity(found.len());
    for row in found {
        let step = match (row.sold, row.taken) {
            (true, _) => Step::Taken,
            (false, true) => Step::Returned,
            (false, false) => Step::None,
        };
        let items = items.remove(&row.id).unwrap_or_default();
        let cents = cents(columns::money(row.total_amount)?);
        page.push((step, Contribution { order_id: row.id, user_id: row.user_id, cents, items }));
    }
    Ok(Some((last, page)))
}

async fn items(
    connection: &mut MySqlConnection,
    (after, last): (OrderId, OrderId),
) -> Result<BTreeMap<OrderId, Vec<(ProductId, u32)>>, sqlx::Error> {
    let rows = query!(
        "SELECT order_id, product_id, quantity FROM order_items WHERE order_id > ? AND order_id <= ?",
        after,
        last
    )
    .fetch_all(connection)
    .await?;
    let mut items: BTreeMap<OrderId, Vec<(ProductId, u32)>> = BTreeMap::new();
    for row in rows {
        items.entry(row.order_id).or_default().push((row.product_id, row.quantity));
    }
    Ok(items)
}

/// What these orders had added to the reports. Users, totals and items of an order never change.
pub(super) async fn contributions(
    connection: &mut MySqlConnection,
    order_ids: &[OrderId],
) -> Result<BTreeMap<OrderId, Contribution>, sqlx::Error> {
    let wanted = json(order_ids)?;
    let rows = query!(
        "SELECT orders.id, orders.user_id, orders.total_amount, items.product_id, items.quantity
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         JOIN orders ON orders.id = wanted.id JOIN order_items AS items ON items.order_id = orders.id",
        wanted
    )
    .fetch_all(connection)
    .await?;
    let mut found: BTreeMap<OrderId, Contribution> = BTreeMap::new();
    for row in rows {
        let cents = cents(columns::money(row.total_amount)?);
        let order = found.entry(row.id).or_insert_with(|| Contribution {
            order_id: row.id,
            user_id: row.user_id,
            cents,
            items: Vec::new(),
        });
        order.items.push((row.product_id, row.quantity));
    }
    Ok(found)
}

/// The users who spent most, in cents; equals by id.
pub(super) async fn highest_spenders(
    connection: &mut MySqlConnection,
    limit: u32,
) -> Result<Vec<(UserId, i64)>, sqlx::Error> {
    let rows = query!(
        r#"SELECT user_id, SUM(total_amount) AS "total!: Decimal" FROM sold_orders
           GROUP BY user_id ORDER BY SUM(total_amount) DESC, user_id LIMIT ?"#,
        limit
    )
    .fetch_all(connection)
    .await?;
    let in_cents = |total: Decimal| (total * Decimal::ONE_HUNDRED).to_i64().unwrap_or(i64::MAX);
    Ok(rows.into_iter().map(|row| (row.user_id, in_cents(row.total))).collect())
}

/// The products sold most, in units; equals by id.
pub(super) async fn best_sellers(
    connection: &mut MySqlConnection,
    limit: u32,
) -> Result<Vec<(ProductId, i64)>, sqlx::Error> {
    let rows = query!(
        r#"SELECT items.product_id, CAST(SUM(items.quantity) AS SIGNED) AS "units!: i64"
           FROM sold_orders JOIN order_items AS items ON items.order_id = sold_orders.id
           GROUP BY items.product_id ORDER BY SUM(items.quantity) DESC, items.product_id LIMIT ?"#,
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.product_id, row.units)).collect())
}

/// Names of users.
pub(super) async fn user_names(
    connection: &mut MySqlConnection,
    user_ids: &[UserId],
) -> Result<Vec<(UserId, String)>, sqlx::Error> {
    let rows = query!(
        "SELECT users.id, users.name FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         JOIN users ON users.id = wanted.id",
        json(user_ids)?
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whether everything that was committed until `moment` has left for the broker.
pub(super) async fn all_sent(
    connection: &mut MySqlConnection,
    moment: chrono::DateTime<chrono::Utc>,
) -> Result<bool, sqlx::Error> {
    let waiting = query!("SELECT id FROM outbox WHERE occurred_at <= ? LIMIT 1", moment.naive_utc())
        .fetch_optional(connection)
        .await?;
    Ok(waiting.is_none())
}
