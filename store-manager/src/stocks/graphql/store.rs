//! The SQL of what only GraphQL asks for. Lists go by key, so that page 1,000 costs what page 1 costs; several
//! products at once travel as one JSON array, which keeps a statement's shape.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use saga_kit::rows::json;
use serde::Serialize;
use shared_events::{OrderId, ProductId};
use sqlx::{MySqlConnection, query_as};

use crate::columns;
use crate::read_models::ProductStock;

struct ProductRow {
    id: ProductId,
    name: String,
    sku: String,
    price: Decimal,
    quantity: u32,
}

impl TryFrom<ProductRow> for ProductStock {
    type Error = sqlx::Error;

    fn try_from(row: ProductRow) -> Result<Self, sqlx::Error> {
        let ProductRow { id, name, sku, price, quantity } = row;
        Ok(Self { id, name, sku, price: columns::money(price)?, quantity })
    }
}

fn products(rows: Vec<ProductRow>) -> Result<Vec<ProductStock>, sqlx::Error> {
    rows.into_iter().map(ProductStock::try_from).collect()
}

/// The product with that code.
pub(super) async fn product_by_sku(
    connection: &mut MySqlConnection,
    sku: &str,
) -> Result<Option<ProductStock>, sqlx::Error> {
    query_as!(
        ProductRow,
        "SELECT p.id, p.name, p.sku, p.price, s.quantity FROM products AS p
         JOIN stocks AS s ON s.product_id = p.id WHERE p.sku = ?",
        sku
    )
    .fetch_optional(connection)
    .await?
    .map(ProductStock::try_from)
    .transpose()
}

/// What lies between two product ids, both left out, and how much of it to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    pub(super) after: ProductId,
    pub(super) before: ProductId,
    pub(super) rows: u32,
}

/// Products whose name or code is like a pattern, whatever the case or the accents, in id order. The pattern's own
/// signs are escaped with `!`, see [`contains`].
pub(super) async fn search(
    connection: &mut MySqlConnection,
    pattern: &str,
    between: Between,
) -> Result<Vec<ProductStock>, sqlx::Error> {
    let rows = query_as!(
        ProductRow,
        "SELECT p.id, p.name, p.sku, p.price, s.quantity FROM products AS p
         STRAIGHT_JOIN stocks AS s ON s.product_id = p.id
         WHERE p.id > ? AND p.id < ? AND (p.name COLLATE utf8mb4_unicode_ci LIKE ? ESCAPE '!'
             OR p.sku COLLATE utf8mb4_unicode_ci LIKE ? ESCAPE '!')
         ORDER BY p.id LIMIT ?",
        between.after,
        between.before,
        pattern,
        pattern,
        between.rows
    )
    .fetch_all(connection)
    .await?;
    products(rows)
}

/// The same from the end.
pub(super) async fn search_backward(
    connection: &mut MySqlConnection,
    pattern: &str,
    between: Between,
) -> Result<Vec<ProductStock>, sqlx::Error> {
    let rows = query_as!(
        ProductRow,
        "SELECT p.id, p.name, p.sku, p.price, s.quantity FROM products AS p
         STRAIGHT_JOIN stocks AS s ON s.product_id = p.id
         WHERE p.id > ? AND p.id < ? AND (p.name COLLATE utf8mb4_unicode_ci LIKE ? ESCAPE '!'
             OR p.sku COLLATE utf8mb4_unicode_ci LIKE ? ESCAPE '!')
         ORDER BY p.id DESC LIMIT ?",
        between.after,
        between.before,
        pattern,
        pattern,
        between.rows
    )
    .fetch_all(connection)
    .await?;
    products(rows)
}

/// The pattern of what contains a text.
pub(super) fn contains(text: &str) -> String {
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// Products of which there are fewer, in id order and not by level: levels change while somebody turns pages, ids do
/// not, so nothing is shown twice or left out. It also needs no index on levels, which each order would pay for.
pub(super) async fn low_stock(
    connection: &mut MySqlConnection,
    below: u32,
    between: Between,
) -> Result<Vec<ProductStock>, sqlx::Error> {
    let rows = query_as!(
        ProductRow,
        "SELECT p.id, p.name, p.sku, p.price, s.quantity FROM stocks AS s
         STRAIGHT_JOIN products AS p ON p.id = s.product_id
         WHERE s.quantity < ? AND s.product_id > ? AND s.product_id < ? ORDER BY s.product_id LIMIT ?",
        below,
        between.after,
        between.before,
        between.rows
    )
    .fetch_all(connection)
    .await?;
    products(rows)
}

/// Which movements of a product: the newest below a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Wanted {
    pub(super) product_id: ProductId,
    pub(super) below: u64,
    pub(super) rows: u32,
}

/// A line of the ledger, as it stands there.
#[derive(Debug, Clone)]
pub(super) struct MovementRow {
    /// Which of the wanted it belongs to.
    pub(super) place: u32,
    pub(super) order_id: Option<OrderId>,
    pub(super) kind: String,
    pub(super) delta: i32,
    pub(super) level_after: u32,
    pub(super) version: u64,
    pub(super) moved_at: DateTime<Utc>,
}

/// The movements of several products, in one statement, in no order.
///
/// The versions of a product are 1, 2, 3 … without a gap (the audit holds the ledger to it), so the newest so many
/// are so many known keys: each is looked up by its own, and no other line of a long ledger is read.
pub(super) async fn movements(
    connection: &mut MySqlConnection,
    wanted: &[Wanted],
) -> Result<Vec<MovementRow>, sqlx::Error> {
    #[derive(Serialize)]
    struct Placed {
        place: usize,
        #[serde(flatten)]
        wanted: Wanted,
    }
    let most = wanted.iter().map(|wanted| wanted.rows).max().unwrap_or(0);
    let placed: Vec<Placed> =
        wanted.iter().enumerate().map(|(place, wanted)| Placed { place, wanted: *wanted }).collect();
    query_as!(
        MovementRow,
        r#"SELECT wanted.place AS "place!: u32", m.order_id, m.kind, m.delta, m.level_after, m.version,
                  m.moved_at AS "moved_at: DateTime<Utc>"
           FROM JSON_TABLE(?, '$[*]' COLUMNS (
               place INT UNSIGNED PATH '$.place', product_id BIGINT UNSIGNED PATH '$.product_id',
               below BIGINT PATH '$.below', row_count INT PATH '$.rows'
           )) AS wanted
           STRAIGHT_JOIN stocks AS s FORCE INDEX (PRIMARY) ON s.product_id = wanted.product_id
           STRAIGHT_JOIN JSON_TABLE(?, '$[*]' COLUMNS (step BIGINT PATH '$')) AS steps
           STRAIGHT_JOIN stock_movements AS m FORCE INDEX (stock_movements_by_version)
             ON m.product_id = s.product_id
             AND m.version = LEAST(wanted.below, CAST(s.version AS SIGNED) + 1) - steps.step
           WHERE steps.step <= wanted.row_count"#,
        json(&placed)?,
        json(&(1..=most).collect::<Vec<u32>>())?
    )
    .fetch_all(connection)
    .await
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn the_signs_of_a_pattern_stand_for_themselves() {
        assert_eq!(contains("100% new_!"), "%100!% new!_!!%");
        assert_eq!(contains(""), "%%");
    }
}
