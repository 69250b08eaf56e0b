//! The SQL of the ledger. A movement is written with the level after it, then the level follows the ledger: what
//! the two say can so never differ.
//!
//! Every statement over several products begins at rows that belong to the order, which come in product id order, and
//! goes from there to the stock, row by row. An optimiser left alone would read the whole of a small table, and so
//! lock what other orders are at: that is what `STRAIGHT_JOIN` and `FORCE INDEX` are for. All writers lock in this
//! one order, so orders cannot block each other for good.

use chrono::{DateTime, Utc};
use shared_events::{OrderId, ProductId, StockChange};
use sqlx::{MySqlConnection, query, query_scalar};

use crate::stocks::domain::LockedStock;

/// What moves stock for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movement {
    /// Its items are taken.
    Take,
    /// What the ledger says was taken is given back.
    GiveBack,
}

impl Movement {
    fn kind(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::GiveBack => "give_back",
        }
    }

    fn sign(self) -> i32 {
        match self {
            Self::Take => -1,
            Self::GiveBack => 1,
        }
    }
}

/// A level that is not what was read under its lock: a fault that must not be committed.
#[derive(Debug, thiserror::Error)]
#[error("order {order_id} was to move the stock of {expected} products, and moved that of {moved}")]
struct LevelMoved {
    order_id: OrderId,
    expected: usize,
    moved: u64,
}

/// Locks the stock of what the order wants, in product id order.
pub(crate) async fn lock_wanted(
    connection: &mut MySqlConnection,
    order_id: OrderId,
) -> Result<Vec<LockedStock>, sqlx::Error> {
    let rows = query!(
        r#"SELECT items.product_id, items.quantity, stocks.quantity AS "level?: u32", stocks.version AS "version?: u64"
           FROM order_items AS items FORCE INDEX (PRIMARY)
           LEFT JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = items.product_id
           WHERE items.order_id = ? ORDER BY items.product_id FOR UPDATE"#,
        order_id
    )
    .fetch_all(connection)
    .await?;
    let stock = |product_id, quantity, level: Option<u32>, version: Option<u64>| LockedStock {
        product_id,
        quantity,
        level: level.unwrap_or(0),
        version: version.unwrap_or(0),
    };
    Ok(rows.into_iter().map(|row| stock(row.product_id, row.quantity, row.level, row.version)).collect())
}

/// Locks the stock of everything that several orders want, in product id order.
///
/// In two statements, because the order of locks is the order in which rows are read: the ids are sorted first, and
/// the second statement goes through them one after the other.
pub(crate) async fn lock_for_orders(connection: &mut MySqlConnection, orders: &[OrderId]) -> Result<(), sqlx::Error> {
    let json = |ids: &[u64]| serde_json::to_string(ids).map_err(|error| sqlx::Error::Encode(error.into()));
    let products: Vec<ProductId> = query_scalar!(
        "SELECT DISTINCT items.product_id
         FROM JSON_TABLE(?, '$[*]' COLUMNS (order_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN order_items AS items FORCE INDEX (PRIMARY) ON items.order_id = wanted.order_id
         ORDER BY items.product_id",
        json(orders)?
    )
    .fetch_all(&mut *connection)
    .await?;
    query_scalar!(
        "SELECT stocks.product_id
         FROM JSON_TABLE(?, '$[*]' COLUMNS (product_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = wanted.product_id FOR UPDATE",
        json(&products)?
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Locks the stock of what was taken for the order and not given back, in product id order.
pub(crate) async fn lock_taken(
    connection: &mut MySqlConnection,
    order_id: OrderId,
) -> Result<Vec<LockedStock>, sqlx::Error> {
    let rows = query!(
        r#"SELECT taken.product_id, CAST(-taken.delta AS UNSIGNED) AS "quantity!: u64", stocks.quantity AS level,
                  stocks.version
           FROM stock_movements AS taken FORCE INDEX (stock_movements_once)
           STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = taken.product_id
           WHERE taken.order_id = ? AND taken.kind = 'take' AND NOT EXISTS (
               SELECT 1 FROM stock_movements AS back FORCE INDEX (stock_movements_once)
               WHERE back.order_id = taken.order_id AND back.product_id = taken.product_id AND back.kind = 'give_back'
           )
           ORDER BY taken.product_id FOR UPDATE"#,
        order_id
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let quantity = u32::try_from(row.quantity).map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok(LockedStock { product_id: row.product_id, quantity, level: row.level, version: row.version })
        })
        .collect()
}

/// Whether the ledger says that stock was taken for the order.
pub(crate) async fn holds_taken(connection: &mut MySqlConnection, order_id: OrderId) -> Result<bool, sqlx::Error> {
    let taken = query_scalar!("SELECT id FROM stock_movements WHERE order_id = ? AND kind = 'take' LIMIT 1", order_id)
        .fetch_optional(connection)
        .await?;
    Ok(taken.is_some())
}

/// Moves locked stock for an order: one insert into the ledger, one update of the levels.
///
/// The ledger's unique key refuses a second movement of the same kind. The update takes a level only to where its
/// ledger says from where it was, so that no level is overwritten and none goes below zero, whatever the caller read.
pub(crate) async fn move_all(
    connection: &mut MySqlConnection,
    (order_id, movement): (OrderId, Movement),
    changes: &[StockChange],
    moved_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let rows = serde_json::to_string(changes).map_err(|error| sqlx::Error::Encode(error.into()))?;
    query!(
        "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at)
         SELECT moved.product_id, ?, ?, ? * moved.quantity, moved.level, moved.version, ?
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             product_id BIGINT UNSIGNED PATH '$.product_id', quantity INT PATH '$.quantity',
             level INT UNSIGNED PATH '$.level', version BIGINT UNSIGNED PATH '$.version'
         )) AS moved",
        order_id,
        movement.kind(),
        movement.sign(),
        moved_at,
        rows
    )
    .execute(&mut *connection)
    .await?;
    let updated = query!(
        "UPDATE stock_movements AS moved FORCE INDEX (stock_movements_once)
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = moved.product_id
         SET stocks.quantity = moved.level_after, stocks.version = moved.version
         WHERE moved.order_id = ? AND moved.kind = ? AND stocks.version + 1 = moved.version
           AND CAST(stocks.quantity AS SIGNED) + moved.delta = moved.level_after",
        order_id,
        movement.kind()
    )
    .execute(connection)
    .await?;
    let (expected, moved) = (changes.len(), updated.rows_affected());
    if u64::try_from(expected) == Ok(moved) {
        Ok(())
    } else {
        Err(sqlx::Error::Decode(LevelMoved { order_id, expected, moved }.into()))
    }
}

/// What [`saga_kit::mutation::Mutation::CompensationFromTheOrder`] does: levels move, and the ledger hears nothing.
pub(crate) async fn add_what_was_ordered(
    connection: &mut MySqlConnection,
    order_id: OrderId,
) -> Result<(), sqlx::Error> {
    let add = "UPDATE order_items AS items FORCE INDEX (PRIMARY)
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = items.product_id
         SET stocks.quantity = stocks.quantity + items.quantity, stocks.version = stocks.version + 1
         WHERE items.order_id = ?";
    sqlx::query(add).bind(order_id).execute(connection).await?;
    Ok(())
}

/// A movement of one product that belongs to no order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) product_id: ProductId,
    pub(crate) kind: &'static str,
    pub(crate) delta: i64,
    /// The level after it.
    pub(crate) level: u32,
    /// The version after it.
    pub(crate) version: u64,
}

/// Moves a locked level by hand or for a supplier, through the ledger.
pub(crate) async fn move_one(
    connection: &mut MySqlConnection,
    line: Line,
    moved_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    query!(
        "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at)
         VALUES (?, NULL, ?, ?, ?, ?, ?)",
        line.product_id,
        line.kind,
        line.delta,
        line.level,
        line.version,
        moved_at
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "UPDATE stocks SET quantity = ?, version = ? WHERE product_id = ?",
        line.level,
        line.version,
        line.product_id
    )
    .execute(connection)
    .await?;
    Ok(())
}
