//! Sets the level of a product by hand: after counting, or when goods arrived.

use saga_kit::Tx;
use service_kit::Expected;
use shared_events::{ProductId, StockLevelSet};

use crate::stocks::store::{self, Line};
use crate::stocks::{Level, StockError};

/// Sets the level, writes the difference to the ledger, and tells the new level with its version.
///
/// The version is compared on the locked row.
pub async fn set_level(
    tx: &mut Tx,
    product_id: ProductId,
    level: Level,
    expected: &Expected,
) -> Result<StockLevelSet, StockError> {
    let locked = store::lock(tx, product_id).await?;
    let (before, version) = locked.ok_or(StockError::UnknownProduct { product_id })?;
    if !expected.is_met_by(version) {
        return Err(StockError::Changed { product_id, version });
    }
    let (level, delta) = (level.pieces(), i64::from(level.pieces()) - i64::from(before));
    let set = StockLevelSet { product_id, level, version: version + 1, delta };
    let now = tx.now();
    store::move_one(tx, Line { product_id, kind: "set", delta, level, version: set.version }, now).await?;
    tx.emit(&set)?;
    Ok(set)
}
