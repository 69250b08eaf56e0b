//! The SQL of what suppliers announced: who, and under which key. The rest of it is a line of the ledger.

use chrono::{DateTime, Utc};
use shared_events::StockReplenished;
use sqlx::{MySqlConnection, query};

use crate::stocks::IdempotencyKey;

/// Writes an announcement beside its line of the ledger, which is there already. A key that was used fails on the
/// primary key, once the transaction that used it has ended.
pub(crate) async fn insert_replenishment(
    connection: &mut MySqlConnection,
    key: &IdempotencyKey,
    told: &StockReplenished,
) -> Result<(), sqlx::Error> {
    query!(
        "INSERT INTO replenishments (idempotency_key, product_id, version, supplier) VALUES (?, ?, ?, ?)",
        key.as_str(),
        told.product_id,
        told.version,
        told.supplier
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What was announced under that key, and when.
pub(crate) async fn replenishment_of_key(
    connection: &mut MySqlConnection,
    key: &IdempotencyKey,
) -> Result<Option<(StockReplenished, DateTime<Utc>)>, sqlx::Error> {
    let row = query!(
        r#"SELECT r.product_id, r.version, r.supplier, m.delta, m.level_after, m.moved_at AS "moved_at: DateTime<Utc>"
           FROM replenishments AS r
           STRAIGHT_JOIN stock_movements AS m ON m.product_id = r.product_id AND m.version = r.version
           WHERE r.idempotency_key = ?"#,
        key.as_str()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let quantity = u32::try_from(row.delta).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let (product_id, level, version, supplier) = (row.product_id, row.level_after, row.version, row.supplier);
    Ok(Some((StockReplenished { product_id, quantity, level, version, supplier }, row.moved_at)))
}
