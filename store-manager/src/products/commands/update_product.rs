//! Changes a product: its name, its code, its price.

use saga_kit::Tx;
use service_kit::Expected;
use shared_events::{ProductChanged, ProductId};

use crate::columns::is_taken;
use crate::products::{NewProduct, Product, ProductError, store};

/// Writes the product as it is to be, tells the others, and answers it with its version. Orders keep the price of
/// their moment.
///
/// The version is compared on the locked row. A product that is as asked already stays as it is, whatever version was
/// expected: the edit has been done, and whoever sends it again because its answer was lost may know so (RFC 9110,
/// 13.1.1).
pub async fn update_product(
    tx: &mut Tx,
    product_id: ProductId,
    new: &NewProduct,
    expected: &Expected,
) -> Result<Product, ProductError> {
    let product = store::lock(tx, product_id).await?.ok_or(ProductError::Unknown { product_id })?;
    let Some(changed) = product.changed_to(new) else { return Ok(product) };
    if !expected.is_met_by(product.version) {
        return Err(ProductError::Changed { product_id, version: product.version });
    }
    match store::save(tx, &changed).await {
        Err(error) if is_taken(&error) => return Err(ProductError::SkuTaken { sku: changed.sku }),
        saved => saved?,
    }
    tx.emit(&ProductChanged {
        product_id,
        name: changed.name.clone(),
        sku: changed.sku.clone(),
        price: changed.price,
        version: changed.version,
    })?;
    Ok(changed)
}
