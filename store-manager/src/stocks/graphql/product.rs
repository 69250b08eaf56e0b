//! A product, as suppliers see it.

use async_graphql::connection::{Connection, Edge, OpaqueCursor};
use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use serde::{Deserialize, Serialize};
use shared_events::{Currency, ProductId};

use super::limits::page_cost;
use super::movement::{self, Movements};
use super::page::{Page, PageArguments};
use super::scalars::Decimal;
use crate::read_models::ProductStock;

/// An amount with its currency.
#[derive(SimpleObject)]
pub(super) struct Money {
    /// How much.
    amount: Decimal,
    /// Of what (ISO 4217), such as CAD.
    currency: String,
}

/// What is sold.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct Product {
    /// The id.
    id: ID,
    /// What it is called.
    name: String,
    /// Its code (stock keeping unit).
    sku: String,
    /// What one costs.
    price: Money,
    /// How many are in stock.
    quantity: u32,
    #[graphql(skip)]
    key: ProductId,
}

#[ComplexObject]
impl Product {
    /// What moved its stock, newest first.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn movements(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, 100 at most; 20 unless said")] first: Option<i32>,
        #[graphql(desc = "Those that are older than the movement of this cursor")] after: Option<String>,
    ) -> Result<Movements> {
        movement::page(context, self.key, PageArguments { first, after, ..PageArguments::default() }).await
    }
}

impl Product {
    pub(super) fn new(product: ProductStock, currency: Currency) -> Self {
        let ProductStock { id, name, sku, price, quantity } = product;
        let price = Money { amount: Decimal(price), currency: currency.as_str().to_owned() };
        Self { id: id.into(), name, sku, price, quantity, key: id }
    }
}

/// The place of a product in a list of them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductKey {
    pub(super) product: ProductId,
}

pub(super) type Products = Connection<OpaqueCursor<ProductKey>, Product>;

/// A page of products from the rows that were read for it.
pub(super) fn page(page: &Page<ProductKey>, rows: Vec<ProductStock>, currency: Currency) -> Products {
    let (rows, before, after) = page.cut(rows);
    let mut connection = Connection::new(before, after);
    connection.edges.extend(rows.into_iter().map(|product| {
        let cursor = OpaqueCursor(ProductKey { product: product.id });
        Edge::new(cursor, Product::new(product, currency))
    }));
    connection
}
