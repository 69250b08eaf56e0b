//! `/stocks`: requests in, answers out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;
use service_kit::{ETag, Expected, Id, Json, List, Page, Problem, Routes, Tagged, link, transactional};
use shared_events::ProductId;
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
    quantity: i64,
}

/// Sets how many of a product there are
///
/// `If-Match` takes the entity tag of `GET /stocks/{id}`, and the answer has the next one.
#[utoipa::path(post, path = "/stocks", tag = "stocks", operation_id = "set_stock")]
async fn set(
    State(app): State<App>,
    expected: Expected,
    Json(request): Json<LevelRequest>,
) -> Result<impl IntoResponse, Problem> {
    let level = Level::parse(request.quantity)?;
    let set = transactional(&app.transactions, set_level, (request.product_id, level, &expected)).await?;
    let body = json!({
        "result": "rows updated: 1",
        "product_id": set.product_id,
        "quantity": set.level,
        "version": set.version,
    });
    let etag = [(header::ETAG, ETag::Version(set.version).header())];
    Ok((StatusCode::CREATED, link::location("stocks", set.product_id), etag, Json(body)))
}

/// How many of a product there are
#[utoipa::path(get, path = "/stocks/{id}", tag = "stocks", operation_id = "get_stock")]
async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Tagged<StockLevel>, Problem> {
    let level = get_level(&mut *app.connection().await?, product_id).await?;
    Ok(Tagged::version(level.version, level))
}

/// Levels of stock, in product id order
#[utoipa::path(get, path = "/stocks", tag = "stocks", operation_id = "list_stocks")]
async fn list(State(app): State<App>, page: Page) -> Result<List<StockLevel>, Problem> {
    Ok(list_levels(&mut *app.connection().await?, &page).await?)
}
