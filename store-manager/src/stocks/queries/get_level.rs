//! Reads the level of one product.

use shared_events::ProductId;
use sqlx::MySqlConnection;

use crate::stocks::{StockError, StockLevel, store};

/// The level of that product.
pub async fn get_level(connection: &mut MySqlConnection, product_id: ProductId) -> Result<StockLevel, StockError> {
    store::get(connection, product_id).await?.ok_or(StockError::UnknownProduct { product_id })
}
