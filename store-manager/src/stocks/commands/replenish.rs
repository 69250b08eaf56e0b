//! Takes in goods that a supplier announced.

use saga_kit::Tx;

use crate::columns::is_taken;
use crate::stocks::store::{self, Line};
use crate::stocks::{Announcement, Replenished, StockError};

/// Raises the level, through the ledger, and tells everyone; once, however often the announcement is sent.
///
/// The key is looked for under the product's lock, so that of two equal announcements sent at once the second sees
/// what came of the first. One that uses the key for another product meanwhile holds another lock: there the key's
/// own uniqueness decides, and the loser is refused.
pub async fn replenish(tx: &mut Tx, announcement: &Announcement) -> Result<Replenished, StockError> {
    let product_id = announcement.product_id;
    let locked = store::lock(tx, product_id).await?;
    if let Some((told, announced_at)) = store::replenishment_of_key(tx, &announcement.key).await? {
        let same = announcement.is_same_as(&told);
        return if same { Ok(Replenished { told, announced_at }) } else { Err(StockError::KeyReused) };
    }
    let (level, version) = locked.ok_or(StockError::UnknownProduct { product_id })?;
    let told = announcement.apply(level, version)?;
    let (level, version, delta) = (told.level, told.version, i64::from(told.quantity));
    let announced_at = tx.now();
    store::move_one(tx, Line { product_id, kind: "replenish", delta, level, version }, announced_at).await?;
    match store::insert_replenishment(tx, &announcement.key, &told).await {
        Err(error) if is_taken(&error) => return Err(StockError::KeyReused),
        inserted => inserted?,
    }
    tx.emit(&told)?;
    Ok(Replenished { told, announced_at })
}
