//! `/stocks`: requests in, answers out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service_kit::openapi::{IfMatchParameter, IfNoneMatchParameter, KeyParameter, PageParameters};
use service_kit::{ETag, Expected, Id, Json, Keyed, List, Page, Problem, Routes, Tagged, idempotent, link};
use shared_events::{ProductId, StockLevelSet};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::commands::set_level;
use super::queries::{get_level, list_levels};
use super::{Level, StockLevel};
use crate::app::App;

pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, set)).path(routes!(read))
}

#[derive(Deserialize, ToSchema)]
struct LevelRequest {
    #[schema(value_type = u64)]
    product_id: ProductId,
    /// 0 to 1,000,000,000
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    quantity: i64,
}

#[derive(Serialize, ToSchema)]
struct LevelSet {
    /// What the course's clients look for.
    result: &'static str,
    #[schema(value_type = u64)]
    product_id: ProductId,
    quantity: u32,
    version: u64,
}

/// Sets how many of a product there are
///
/// `If-Match` takes the entity tag of `GET /stocks/{id}`, and the answer has the next one.
#[utoipa::path(
    post, path = "/stocks", tag = "stocks", operation_id = "set_stock",
    params(KeyParameter, IfMatchParameter),
    request_body(content = LevelRequest, example = json!({"product_id": 1, "quantity": 100})),
    responses((status = 201, description = "The level is set", body = LevelSet, headers(
        ("Location" = String, description = "The level, relative to this address"),
        ("ETag" = String, description = "Its new state"),
    ))),
    extensions(("x-problems" = json!(["product-not-found"])))
)]
async fn set(
    State(app): State<App>,
    expected: Expected,
    Keyed { body, key }: Keyed<LevelRequest>,
) -> Result<Response, Problem> {
    let level = Level::parse(body.quantity)?;
    let inputs = (body.product_id, level, &expected);
    idempotent(&app.transactions, key.as_ref(), set_level, inputs, level_was_set).await
}

#[allow(clippy::needless_pass_by_value, reason = "the signature is that of every answer")]
fn level_was_set(set: StockLevelSet) -> impl IntoResponse {
    let StockLevelSet { product_id, level: quantity, version, .. } = set;
    let etag = [(header::ETAG, ETag::Version(version).header())];
    let body = LevelSet { result: "rows updated: 1", product_id, quantity, version };
    (StatusCode::CREATED, link::location("stocks", product_id), etag, Json(body))
}

/// How many of a product there are
#[utoipa::path(
    get, path = "/stocks/{id}", tag = "stocks", operation_id = "get_stock",
    params(IfNoneMatchParameter),
    responses((status = 200, description = "The level", body = StockLevel)),
    extensions(("x-problems" = json!(["product-not-found"])))
)]
async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Tagged<StockLevel>, Problem> {
    let level = get_level(&mut *app.connection().await?, product_id).await?;
    Ok(Tagged::version(level.version, level))
}

/// Levels of stock, in product id order
#[utoipa::path(
    get, path = "/stocks", tag = "stocks", operation_id = "list_stocks",
    params(PageParameters),
    responses((status = 200, description = "A page of levels", body = List<StockLevel>))
)]
async fn list(State(app): State<App>, page: Page) -> Result<List<StockLevel>, Problem> {
    Ok(list_levels(&mut *app.connection().await?, &page).await?)
}
