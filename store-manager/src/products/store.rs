//! The SQL of products.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use saga_kit::rows::json;
use shared_events::{Money, ProductId};
use sqlx::{MySqlConnection, query, query_as};

use super::{NewProduct, Product};
use crate::columns;

struct ProductRow {
    id: ProductId,
    name: String,
    sku: String,
    price: Decimal,
    version: u64,
}

impl TryFrom<ProductRow> for Product {
    type Error = sqlx::Error;

    fn try_from(row: ProductRow) -> Result<Self, sqlx::Error> {
        let ProductRow { id, name, sku, price, version } = row;
        Ok(Self { id, name, sku, price: columns::money(price)?, version })
    }
}

/// Writes a product and tells the id. A code that is taken fails on its unique key.
pub(crate) async fn insert(connection: &mut MySqlConnection, product: &NewProduct) -> Result<ProductId, sqlx::Error> {
    let inserted = query!(
        "INSERT INTO products (name, sku, price) VALUES (?, ?, ?)",
        product.name.as_str(),
        product.sku.as_str(),
        product.price.amount().as_decimal()
    )
    .execute(connection)
    .await?;
    Ok(inserted.last_insert_id())
}

/// Locks a product until the transaction ends; none where there is no such product. Whoever changes a product or emits
/// for it does this first.
pub(crate) async fn lock(
    connection: &mut MySqlConnection,
    product_id: ProductId,
) -> Result<Option<Product>, sqlx::Error> {
    query_as!(ProductRow, "SELECT id, name, sku, price, version FROM products WHERE id = ? FOR UPDATE", product_id)
        .fetch_optional(connection)
        .await?
        .map(Product::try_from)
        .transpose()
}

/// Writes all of a locked product that can change. A code that is taken fails on its unique key.
pub(crate) async fn save(connection: &mut MySqlConnection, product: &Product) -> Result<(), sqlx::Error> {
    query!(
        "UPDATE products SET name = ?, sku = ?, price = ?, version = ? WHERE id = ?",
        product.name,
        product.sku,
        product.price.as_decimal(),
        product.version,
        product.id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes a product, its stock and its ledger. One that was ordered fails on a foreign key.
pub(crate) async fn delete(connection: &mut MySqlConnection, product_id: ProductId) -> Result<(), sqlx::Error> {
    query!("DELETE FROM products WHERE id = ?", product_id).execute(connection).await?;
    Ok(())
}

/// The prices of those products that exist; they and their prices stay until the transaction ends.
///
/// Shared, so that orders of one product don't wait for each other.
pub(crate) async fn hold_prices(
    connection: &mut MySqlConnection,
    product_ids: &BTreeSet<ProductId>,
) -> Result<BTreeMap<ProductId, Money>, sqlx::Error> {
    let rows = query!(
        "SELECT products.id, products.price
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted
         STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = wanted.id LOCK IN SHARE MODE",
        json(product_ids)?
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.id, columns::money(row.price)?))).collect()
}

/// One product.
pub(crate) async fn get(
    connection: &mut MySqlConnection,
    product_id: ProductId,
) -> Result<Option<Product>, sqlx::Error> {
    query_as!(ProductRow, "SELECT id, name, sku, price, version FROM products WHERE id = ?", product_id)
        .fetch_optional(connection)
        .await?
        .map(Product::try_from)
        .transpose()
}

/// Products in id order, all or the one with that code.
pub(crate) async fn list(
    connection: &mut MySqlConnection,
    (after, rows): (ProductId, u32),
    sku: Option<&str>,
) -> Result<Vec<Product>, sqlx::Error> {
    let rows = query_as!(
        ProductRow,
        "SELECT id, name, sku, price, version FROM products
         WHERE id > ? AND (? IS NULL OR sku = ?) ORDER BY id LIMIT ?",
        after,
        sku,
        sku,
        rows
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Product::try_from).collect()
}
