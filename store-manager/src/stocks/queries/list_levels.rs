//! Lists levels.

use service_kit::{List, Page};
use sqlx::MySqlConnection;

use crate::stocks::{StockError, StockLevel, store};

/// A page of levels.
pub async fn list_levels(connection: &mut MySqlConnection, page: &Page) -> Result<List<StockLevel>, StockError> {
    let levels = store::list(connection, (page.after(), page.rows())).await?;
    Ok(page.list(levels, |level| level.product_id))
}
