//! Lists products.

use serde::Deserialize;
use service_kit::{List, Page};
use sqlx::MySqlConnection;
use utoipa::IntoParams;

use crate::products::{Product, ProductError, store};

/// Which products.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductFilter {
    /// The one with this code.
    pub sku: Option<String>,
}

/// A page of products.
pub async fn list_products(
    connection: &mut MySqlConnection,
    page: &Page,
    filter: &ProductFilter,
) -> Result<List<Product>, ProductError> {
    let products = store::list(connection, (page.after(), page.rows()), filter.sku.as_deref()).await?;
    Ok(page.list(products, |product| product.id))
}
