//! The locks before a movement. All writers take them in product id order, so that orders cannot block each other for
//! good.
//!
//! Every statement over several products begins at rows that belong to the order, which come in product id order, and
//! goes from there to the stock, row by row. An optimiser left alone would read the whole of a small table, and so
//! lock what other orders are at: that is what `STRAIGHT_JOIN` and `FORCE INDEX` are for.

use std::collections::{BTreeMap, BTreeSet};

use saga_kit::rows::json;
use shared_events::{OrderId, ProductId};
use sqlx::{MySqlConnection, query, query_scalar};

use crate::stocks::domain::LockedStock;

/// What several orders want, and how much there is of it.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// The products of each order with their pieces, in product id order.
    pub(crate) items: BTreeMap<OrderId, Vec<(ProductId, u32)>>,
    /// Level and version of each product that is stocked.
    pub(crate) levels: BTreeMap<ProductId, (u32, u64)>,
}

/// Locks the stock of everything that these orders want, in product id order.
///
/// In two statements, because the order of locks is the order in which rows are read: the ids are sorted first, and
/// the second statement goes through them one after the other.
pub(crate) async fn lock_wanted(connection: &mut MySqlConnection, orders: &[OrderId]) -> Result<Wanted, sqlx::Error> {
    let rows = query!(
        "SELECT items.order_id, items.product_id, items.quantity
         FROM JSON_TABLE(?, '$[*]' COLUMNS (order_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN order_items AS items FORCE INDEX (PRIMARY) ON items.order_id = wanted.order_id",
        json(orders)?
    )
    .fetch_all(&mut *connection)
    .await?;
    let products: BTreeSet<ProductId> = rows.iter().map(|row| row.product_id).collect();
    let mut wanted = Wanted { levels: lock_levels(connection, &products).await?, ..Wanted::default() };
    for row in rows {
        wanted.items.entry(row.order_id).or_default().push((row.product_id, row.quantity));
    }
    wanted.items.values_mut().for_each(|items| items.sort_unstable());
    Ok(wanted)
}

/// Locks levels in product id order; those that there are, each with its version.
async fn lock_levels(
    connection: &mut MySqlConnection,
    products: &BTreeSet<ProductId>,
) -> Result<BTreeMap<ProductId, (u32, u64)>, sqlx::Error> {
    let rows = query!(
        "SELECT stocks.product_id, stocks.quantity, stocks.version
         FROM JSON_TABLE(?, '$[*]' COLUMNS (product_id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN stocks FORCE INDEX (PRIMARY) ON stocks.product_id = wanted.product_id FOR UPDATE",
        json(products)?
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.product_id, (row.quantity, row.version))).collect())
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
