//! The course's schema, exactly as its clients know it: everything may be null, ids are text on the way in and
//! numbers on the way out. An unknown product is null without an error, its level 0; so is an id that is no number,
//! because those clients branch on null and not on errors.

use std::sync::LazyLock;

use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Result, SimpleObject};
use shared_events::ProductId;

use super::loaders;
use super::scalars::FloatAmount;
use super::schema::Served;
use crate::read_models::ProductStock;

pub(super) type Course = Served<CourseQuery, EmptyMutation, EmptySubscription>;

pub(super) static COURSE: LazyLock<Course> =
    LazyLock::new(|| Served::new(CourseQuery, EmptyMutation, EmptySubscription));

#[derive(Clone, Copy)]
pub(super) struct CourseQuery;

#[derive(SimpleObject)]
#[graphql(name = "Product")]
struct CourseProduct {
    id: Option<ProductId>,
    name: Option<String>,
    sku: Option<String>,
    price: Option<FloatAmount>,
    quantity: Option<u32>,
}

#[Object(name = "Query")]
impl CourseQuery {
    async fn product(&self, context: &Context<'_>, id: String) -> Result<Option<CourseProduct>> {
        Ok(loaders::product(context, &id).await?.map(CourseProduct::from))
    }

    async fn stock_level(&self, context: &Context<'_>, product_id: String) -> Result<Option<u32>> {
        let product = loaders::product(context, &product_id).await?;
        Ok(Some(product.map_or(0, |product| product.quantity)))
    }
}

impl From<ProductStock> for CourseProduct {
    fn from(product: ProductStock) -> Self {
        Self {
            id: Some(product.id),
            name: Some(product.name),
            sku: Some(product.sku),
            price: Some(FloatAmount(product.price)),
            quantity: Some(product.quantity),
        }
    }
}
