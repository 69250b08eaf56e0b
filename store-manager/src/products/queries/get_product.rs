//! Reads one product.

use shared_events::ProductId;
use sqlx::MySqlConnection;

use crate::products::{Product, ProductError, store};

/// The product of that id.
pub async fn get_product(connection: &mut MySqlConnection, product_id: ProductId) -> Result<Product, ProductError> {
    store::get(connection, product_id).await?.ok_or(ProductError::Unknown { product_id })
}
