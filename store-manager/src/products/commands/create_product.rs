//! Creates a product, with nothing of it in stock.

use saga_kit::Tx;
use shared_events::{ProductCreated, ProductId};

use crate::columns::is_taken;
use crate::products::{NewProduct, ProductError, store};
use crate::stocks;

/// What the column has by default.
const FIRST_VERSION: u64 = 1;

/// Writes the product and its level of zero, tells the others, and answers its id. Every product so has a row of stock to lock.
pub async fn create_product(tx: &mut Tx, product: &NewProduct) -> Result<ProductId, ProductError> {
    let product_id = match store::insert(tx, product).await {
        Err(error) if is_taken(&error) => {
            return Err(ProductError::SkuTaken { sku: product.sku.as_str().to_owned() });
        }
        inserted => inserted?,
    };
    stocks::store::insert_empty(tx, product_id).await?;
    tx.emit(&ProductCreated {
        product_id,
        name: product.name.as_str().to_owned(),
        sku: product.sku.as_str().to_owned(),
        price: product.price.amount(),
        version: FIRST_VERSION,
    })?;
    Ok(product_id)
}
