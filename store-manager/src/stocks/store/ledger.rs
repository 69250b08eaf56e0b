//! The SQL of the ledger. A movement is written with the level after it, then the level follows the ledger: what
//! the two say can so never differ.
//!
//! Statements over several products are forced into product id order, as the locks before them (`locks.rs`).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use saga_kit::rows::json;
use serde::Serialize;
use shared_events::{OrderId, ProductId, StockChange};
use sqlx::{MySqlConnection, query};

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

    fn sign(self) -> i64 {
        match self {
            Self::Take => -1,
            Self::GiveBack => 1,
        }
    }
}

/// A level that is not what was read under its lock: a fault that must not be committed.
#[derive(Debug, thiserror::Error)]
#[error("orders {orders:?} were to move the stock of {expected} products, and moved that of {moved}")]
struct LevelMoved {
    orders: Vec<OrderId>,
    expected: usize,
    moved: u64,
}

/// What is moved for one order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moved<'a> {
    pub(crate) order_id: OrderId,
    /// One change a product, with the level and the version after it.
    pub(crate) changes: &'a [StockChange],
}

/// A line of the ledger, as JSON.
#[derive(Serialize)]
struct OrderLine {
    order_id: OrderId,
    product_id: ProductId,
    delta: i64,
    level: u32,
    version: u64,
}

/// A level from where it was to where it is to be, as JSON.
#[derive(Serialize)]
struct LevelChange {
    product_id: ProductId,
    from_level: i64,
    from_version: u64,
    level: u32,
    version: u64,
}

/// Moves locked stock for orders, in the order in which they are given: one insert into the ledger, one update of the
/// levels.
///
/// The ledger's unique key refuses a second movement of the same kind. The update takes a level only from where the
/// first line says that it was, so that no level is overwritten and none goes below zero, whatever the caller read.
pub(crate) async fn move_all(
    connection: &mut MySqlConnection,
    movement: Movement,
    orders: &[Moved<'_>],
    moved_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let line = |order_id, change: &StockChange| OrderLine {
        order_id,
        product_id: change.product_id,
        delta: movement.sign() * i64::from(change.quantity),
        level: change.level,
        version: change.version,
    };
    let lines: Vec<OrderLine> =
        orders.iter().flat_map(|moved| moved.changes.iter().map(|change| line(moved.order_id, change))).collect();
    if lines.is_empty() {
        return Ok(());
    }
    query!(
        "INSERT INTO stock_movements (product_id, order_id, kind, delta, level_after, version, moved_at)
         SELECT moved.product_id, moved.order_id, ?, moved.delta, moved.level, moved.version, ?
         FROM JSON_TABLE(?, '$[*]' COLUMNS (
             order_id BIGINT UNSIGNED PATH '$.order_id', product_id BIGINT UNSIGNED PATH '$.product_id',
             delta INT PATH '$.delta', level INT UNSIGNED PATH '$.level', version BIGINT UNSIGNED PATH '$.version'
         )) AS moved",
        movement.kind(),
        moved_at,
        json(&lines)?
    )
    .execute(&mut *connection)
    .await?;
    let levels = levels_after(&lines);
    let updated = query!(
        "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
             product_id BIGINT UNSIGNED PATH '$.product_id', from_level BIGINT PATH '$.from_level',
             from_version BIGINT UNSIGNED PATH '$.from_version', level INT UNSIGNED PATH '$.level',
             version BIGINT UNSIGNED PATH '$.version'
         )) AS moved
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = moved.product_id
         SET stocks.quantity = moved.level, stocks.version = moved.version
         WHERE stocks.version = moved.from_version AND stocks.quantity = moved.from_level",
        json(&levels)?
    )
    .execute(connection)
    .await?;
    let (expected, moved) = (levels.len(), updated.rows_affected());
    if u64::try_from(expected) == Ok(moved) {
        Ok(())
    } else {
        let orders = orders.iter().map(|moved| moved.order_id).collect();
        Err(sqlx::Error::Decode(LevelMoved { orders, expected, moved }.into()))
    }
}

/// From the lines of each product the level before the first to that after the last, in product id order.
fn levels_after(lines: &[OrderLine]) -> Vec<LevelChange> {
    let mut levels: BTreeMap<ProductId, LevelChange> = BTreeMap::new();
    for line in lines {
        let change = levels.entry(line.product_id).or_insert_with(|| LevelChange {
            product_id: line.product_id,
            from_level: i64::from(line.level) - line.delta,
            from_version: line.version - 1,
            level: line.level,
            version: line.version,
        });
        (change.level, change.version) = (line.level, line.version);
    }
    levels.into_values().collect()
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
