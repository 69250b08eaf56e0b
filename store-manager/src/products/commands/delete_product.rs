//! Deletes a product that nobody ordered.

use saga_kit::Tx;
use shared_events::ProductId;

use crate::columns::is_referred_to;
use crate::products::{ProductError, store};

/// Deletes the product, and with it its stock and what its level was set to. One that was ordered stays: orders
/// stay readable for good.
pub async fn delete_product(tx: &mut Tx, product_id: ProductId) -> Result<(), ProductError> {
    match store::delete(tx, product_id).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(ProductError::Unknown { product_id }),
        Err(error) if is_referred_to(&error) => Err(ProductError::InUse { product_id }),
        Err(error) => Err(error.into()),
    }
}
