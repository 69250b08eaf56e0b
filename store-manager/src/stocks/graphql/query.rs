//! What suppliers can ask.

use async_graphql::{Context, ID, Object, Result};
use service_kit::database;
use service_kit::language::Text;
use shared_events::ProductId;

use super::limits::{MAX_PAGE, MAX_SEARCH_CHARS, SCAN_COST, STATEMENT_COST, list_cost, page_cost};
use super::loaders;
use super::page::{Page, PageArguments};
use super::product::{self, Product, ProductKey, Products};
use super::session::Session;
use super::store::{self, Between};
use crate::problem::invalid_argument;

#[derive(Clone, Copy)]
pub(super) struct Query;

#[Object]
impl Query {
    /// A product; null where none has the id.
    async fn product(&self, context: &Context<'_>, id: ID) -> Result<Option<Product>> {
        let currency = Session::of(context).app.currency;
        Ok(loaders::product(context, &id).await?.map(|product| Product::new(product, currency)))
    }

    /// Products in the order of their ids, 100 at most; null in the place of one that does not exist.
    #[graphql(complexity = "list_cost(ids.len(), child_complexity)")]
    async fn products(&self, context: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Product>>> {
        let session = Session::of(context);
        if ids.len() > MAX_PAGE {
            let en = format!("ids: must be at most {MAX_PAGE}");
            let detail = Text::new(en, format!("ids : doivent être au plus {MAX_PAGE}"));
            return Err(session.refuse(invalid_argument("ids", detail)));
        }
        let wanted = loaders::product_ids(&ids);
        let known: Vec<ProductId> = wanted.iter().copied().flatten().collect();
        let found = loaders::products(&session.app, &known).await.map_err(|problem| session.refuse(problem))?;
        let shown = |id: Option<ProductId>| {
            id.and_then(|id| found.get(&id)).map(|product| Product::new(product.clone(), session.app.currency))
        };
        Ok(wanted.into_iter().map(shown).collect())
    }

    /// The product with that code; null where none has it.
    #[graphql(complexity = "STATEMENT_COST + child_complexity")]
    async fn product_by_sku(&self, context: &Context<'_>, sku: String) -> Result<Option<Product>> {
        let session = Session::of(context);
        let mut connection = session.app.connection().await.map_err(|problem| session.refuse(problem))?;
        let found = store::product_by_sku(&mut connection, &sku).await;
        let found = found.map_err(|error| session.refuse(database::problem(&error)))?;
        Ok(found.map(|product| Product::new(product, session.app.currency)))
    }

    /// Products whose name or code contains a text, whatever its case and accents, in id order. An empty text finds
    /// all of them.
    #[graphql(complexity = "SCAN_COST + page_cost(first, last, child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "they are the arguments of Relay's connections")]
    async fn search(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What the name or the code contains")] text: String,
        #[graphql(desc = "How many from the beginning, 100 at most; 20 unless said")] first: Option<i32>,
        #[graphql(desc = "Those behind the product of this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, 100 at most")] last: Option<i32>,
        #[graphql(desc = "Those before the product of this cursor")] before: Option<String>,
    ) -> Result<Products> {
        let session = Session::of(context);
        let text = text.trim();
        if text.chars().count() > MAX_SEARCH_CHARS {
            let en = format!("text: must have at most {MAX_SEARCH_CHARS} characters");
            let detail = Text::new(en, format!("text : doit avoir au plus {MAX_SEARCH_CHARS} caractères"));
            return Err(session.refuse(invalid_argument("text", detail)));
        }
        let page = PageArguments { first, after, last, before }.parse::<ProductKey>();
        let page = page.map_err(|problem| session.refuse(problem))?;
        let mut connection = session.app.connection().await.map_err(|problem| session.refuse(problem))?;
        let pattern = store::contains(text);
        let rows = if page.backward {
            store::search_backward(&mut connection, &pattern, between(&page)).await
        } else {
            store::search(&mut connection, &pattern, between(&page)).await
        };
        let rows = rows.map_err(|error| session.refuse(database::problem(&error)))?;
        Ok(product::page(&page, rows, session.app.currency))
    }

    /// Products of which there are fewer than a number, in id order.
    #[graphql(complexity = "SCAN_COST + page_cost(first, None, child_complexity)")]
    async fn low_stock(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Fewer than this")] below: i32,
        #[graphql(desc = "How many products, 100 at most; 20 unless said")] first: Option<i32>,
        #[graphql(desc = "Those behind the product of this cursor")] after: Option<String>,
    ) -> Result<Products> {
        let session = Session::of(context);
        let page = PageArguments { first, after, ..PageArguments::default() }.parse::<ProductKey>();
        let page = page.map_err(|problem| session.refuse(problem))?;
        // No level is below zero, so nothing is below a negative number either.
        let below = u32::try_from(below).unwrap_or(0);
        let mut connection = session.app.connection().await.map_err(|problem| session.refuse(problem))?;
        let rows = store::low_stock(&mut connection, below, between(&page)).await;
        let rows = rows.map_err(|error| session.refuse(database::problem(&error)))?;
        Ok(product::page(&page, rows, session.app.currency))
    }
}

fn between(page: &Page<ProductKey>) -> Between {
    Between {
        after: page.after.map_or(0, |key| key.product),
        before: page.before.map_or(u64::MAX, |key| key.product),
        rows: u32::try_from(page.rows()).unwrap_or(u32::MAX),
    }
}
