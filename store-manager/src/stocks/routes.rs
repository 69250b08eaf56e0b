//! `/stocks`: requests in, answers out.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use service_kit::{Id, Json, List, Page, Problem, transactional};
use shared_events::ProductId;

use super::commands::set_level;
use super::queries::{get_level, list_levels};
use super::{Level, StockLevel};
use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/stocks", get(list).post(set)).route("/stocks/{id}", get(read))
}

#[derive(Deserialize)]
struct LevelRequest {
    product_id: ProductId,
    quantity: i64,
}

async fn set(State(app): State<App>, Json(request): Json<LevelRequest>) -> Result<impl IntoResponse, Problem> {
    let level = Level::parse(request.quantity)?;
    let set = transactional(&app.transactions, set_level, (request.product_id, level)).await?;
    let body = json!({
        "result": "rows updated: 1",
        "product_id": set.product_id,
        "quantity": set.level,
        "version": set.version,
    });
    Ok((StatusCode::CREATED, Json(body)))
}

async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Json<StockLevel>, Problem> {
    Ok(Json(get_level(&mut *app.connection().await?, product_id).await?))
}

async fn list(State(app): State<App>, page: Page) -> Result<Json<List<StockLevel>>, Problem> {
    Ok(Json(list_levels(&mut *app.connection().await?, &page).await?))
}
