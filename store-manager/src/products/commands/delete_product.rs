//! Deletes a product that nobody ordered.

use saga_kit::Tx;
use service_kit::Expected;
use shared_events::{ProductDeleted, ProductId};

use crate::columns::is_referred_to;
use crate::products::{ProductError, store};

/// Deletes the product, and with it its stock and what its level was set to, and tells the others. One that was
/// ordered stays: orders stay readable for good.
pub async fn delete_product(tx: &mut Tx, product_id: ProductId, expected: &Expected) -> Result<(), ProductError> {
    let version = store::lock(tx, product_id).await?.ok_or(ProductError::Unknown { product_id })?.version;
    if !expected.is_met_by(version) {
        return Err(ProductError::Changed { product_id, version });
    }
    match store::delete(tx, product_id).await {
        Err(error) if is_referred_to(&error) => return Err(ProductError::InUse { product_id }),
        deleted => deleted?,
    }
    tx.emit(&ProductDeleted { product_id, version: version + 1 })?;
    Ok(())
}
