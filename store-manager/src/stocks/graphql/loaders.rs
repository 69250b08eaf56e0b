//! Reads that are gathered: whatever a page of a hundred products asks for each of them is one read.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::parser::types::Selection;
use async_graphql::{Context, ID, Result};
use service_kit::{Problem, database};
use shared_events::ProductId;

use super::session::Session;
use super::store::{self, MovementRow, Wanted};
use crate::app::App;
use crate::read_models::ProductStock;

/// The number that an id of the schema stands for. Ids are opaque to clients: one that is no number names nothing,
/// like any other that names nothing.
pub(super) fn product_id(id: &str) -> Option<ProductId> {
    id.parse().ok().filter(|_| id.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Products by their ids; what does not exist is left out.
pub(super) async fn products(
    app: &App,
    product_ids: &[ProductId],
) -> Result<HashMap<ProductId, ProductStock>, Problem> {
    app.read_models.products(product_ids).await.map_err(|error| database::problem(&error))
}

/// One product, at once where it is all that the request asks for, and together with the others where there are some.
pub(super) async fn product(context: &Context<'_>, id: &str) -> Result<Option<ProductStock>> {
    let session = Session::of(context);
    let Some(product_id) = product_id(id) else { return Ok(None) };
    let found = if is_alone(context) {
        products(&session.app, &[product_id]).await.map(|mut found| found.remove(&product_id))
    } else {
        session.products().load_one(product_id).await
    };
    found.map_err(|problem| session.refuse(problem))
}

/// Whether the operation selects one field. Gathering costs a task and a timer, which one field need not pay.
fn is_alone(context: &Context<'_>) -> bool {
    let selected = &context.query_env.operation.node.selection_set.node.items;
    matches!(selected.as_slice(), [only] if matches!(only.node, Selection::Field(_)))
}

/// The ids of a list, each the number that it stands for.
pub(super) fn product_ids(ids: &[ID]) -> Vec<Option<ProductId>> {
    ids.iter().map(|id| product_id(id)).collect()
}

pub(super) struct ProductLoader(pub(super) App);

impl Loader<ProductId> for ProductLoader {
    type Value = ProductStock;
    type Error = Problem;

    async fn load(&self, keys: &[ProductId]) -> Result<HashMap<ProductId, ProductStock>, Problem> {
        products(&self.0, keys).await
    }
}

pub(super) struct MovementLoader(pub(super) App);

impl Loader<Wanted> for MovementLoader {
    /// Newest first.
    type Value = Vec<MovementRow>;
    type Error = Problem;

    async fn load(&self, keys: &[Wanted]) -> Result<HashMap<Wanted, Vec<MovementRow>>, Problem> {
        let mut connection = self.0.connection().await?;
        let rows = store::movements(&mut connection, keys).await.map_err(|error| database::problem(&error))?;
        let mut pages: HashMap<Wanted, Vec<MovementRow>> = HashMap::new();
        for row in rows {
            if let Some(wanted) = usize::try_from(row.place).ok().and_then(|place| keys.get(place)) {
                pages.entry(*wanted).or_default().push(row);
            }
        }
        for page in pages.values_mut() {
            page.sort_unstable_by_key(|row| std::cmp::Reverse(row.version));
        }
        Ok(pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_decimal_number_names_a_product() {
        assert_eq!(product_id("7"), Some(7));
        for id in ["", "abc", "+7", "-7", " 7", "7.0", "18446744073709551616", "٧"] {
            assert_eq!(product_id(id), None, "{id:?}");
        }
    }
}
