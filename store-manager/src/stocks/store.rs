//! The SQL of levels. `locks.rs` has the locks before they move, `ledger.rs` what moves them, `replenishments.rs` what suppliers announced.

mod ledger;
mod locks;
mod replenishments;

use shared_events::ProductId;
use sqlx::{MySqlConnection, query, query_as};

pub(crate) use self::ledger::{Line, Moved, Movement, add_what_was_ordered, move_all, move_one};
pub(crate) use self::locks::{Wanted, holds_taken, lock_taken, lock_wanted};
pub(crate) use self::replenishments::{insert_replenishment, replenishment_of_key};
use super::StockLevel;

/// Writes the level of a new product: none.
pub(crate) async fn insert_empty(connection: &mut MySqlConnection, product_id: ProductId) -> Result<(), sqlx::Error> {
    query!("INSERT INTO stocks (product_id) VALUES (?)", product_id).execute(connection).await?;
    Ok(())
}

/// Locks the level of a product, and tells it with its version; none where there is no such product.
pub(crate) async fn lock(
    connection: &mut MySqlConnection,
    product_id: ProductId,
) -> Result<Option<(u32, u64)>, sqlx::Error> {
    let row = query!("SELECT quantity, version FROM stocks WHERE product_id = ? FOR UPDATE", product_id)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| (row.quantity, row.version)))
}

/// The level of one product.
pub(crate) async fn get(
    connection: &mut MySqlConnection,
    product_id: ProductId,
) -> Result<Option<StockLevel>, sqlx::Error> {
    query_as!(StockLevel, "SELECT product_id, quantity, version FROM stocks WHERE product_id = ?", product_id)
        .fetch_optional(connection)
        .await
}

/// Levels in product id order.
pub(crate) async fn list(
    connection: &mut MySqlConnection,
    (after, rows): (ProductId, u32),
) -> Result<Vec<StockLevel>, sqlx::Error> {
    query_as!(
        StockLevel,
        "SELECT product_id, quantity, version FROM stocks WHERE product_id > ? ORDER BY product_id LIMIT ?",
        after,
        rows
    )
    .fetch_all(connection)
    .await
}
