//! What suppliers can do.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use problem_types::PRODUCT_NOT_FOUND;
use service_kit::language::Text;
use service_kit::{Problem, transactional};

use super::limits::STATEMENT_COST;
use super::loaders;
use super::product::Product;
use super::scalars::{BigInt, Instant};
use super::session::Session;
use crate::name::Name;
use crate::stocks::commands::replenish;
use crate::stocks::{Announcement, IdempotencyKey, Pieces, Replenished, StockError};

/// Goods that are there.
#[derive(InputObject)]
pub(super) struct ReplenishmentInput {
    /// The product.
    product_id: ID,
    /// How many pieces, 1 to 1,000,000,000.
    quantity: i32,
    /// Who announces them, in 1 to 200 characters.
    supplier: Option<String>,
    /// A key of your own for this one announcement, such as a UUID. Sent again under the same key it gets the same
    /// answer and counts once; another announcement under the same key is refused.
    idempotency_key: String,
}

/// An announcement that took effect.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct Replenishment {
    /// The product's id.
    product_id: ID,
    /// How many pieces came.
    quantity: u32,
    /// The level after they came.
    level: u32,
    /// The number of this movement among those of the product.
    version: BigInt,
    /// Who announced them.
    supplier: Option<String>,
    /// When it took effect.
    announced_at: Instant,
}

#[ComplexObject]
impl Replenishment {
    /// The product as it is known now, which may be a moment behind the announcement.
    async fn product(&self, context: &Context<'_>) -> Result<Option<Product>> {
        let currency = Session::of(context).app.currency;
        Ok(loaders::product(context, &self.product_id).await?.map(|product| Product::new(product, currency)))
    }
}

impl From<Replenished> for Replenishment {
    fn from(done: Replenished) -> Self {
        Self {
            product_id: done.told.product_id.into(),
            quantity: done.told.quantity,
            level: done.told.level,
            version: BigInt(done.told.version),
            supplier: done.told.supplier,
            announced_at: Instant(done.announced_at),
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Mutation;

#[Object]
impl Mutation {
    /// Announces goods: the level of the product rises by their number, once for each idempotency key.
    #[graphql(complexity = "STATEMENT_COST + child_complexity")]
    async fn announce_replenishment(&self, context: &Context<'_>, input: ReplenishmentInput) -> Result<Replenishment> {
        let session = Session::of(context);
        let announcement = announcement(&input).map_err(|problem| session.refuse(problem))?;
        let done = transactional(&session.app.transactions, replenish, (&announcement,)).await;
        done.map(Replenishment::from).map_err(|failure| session.refuse(failure))
    }
}

fn announcement(input: &ReplenishmentInput) -> Result<Announcement, Problem> {
    let product_id = loaders::product_id(&input.product_id).ok_or_else(|| {
        let id = input.product_id.as_str();
        let detail = Text::new(format!("there is no product {id:?}"), format!("le produit {id:?} n'existe pas"));
        Problem::new(&PRODUCT_NOT_FOUND).detail(detail)
    })?;
    let name = |text: &String| Name::parse(text).ok_or(StockError::InvalidSupplier);
    Ok(Announcement {
        product_id,
        pieces: Pieces::parse(input.quantity.into())?,
        supplier: input.supplier.as_ref().map(name).transpose()?,
        key: IdempotencyKey::parse(&input.idempotency_key)?,
    })
}
