//! `/products`: requests in, answers out.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{Id, Json, List, Page, Problem, Query, transactional};
use shared_events::Money;

use super::commands::{create_product, delete_product};
use super::queries::{ProductFilter, get_product, list_products};
use super::{NewProduct, Product};
use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/products", get(list).post(create)).route("/products/{id}", get(read).delete(delete))
}

#[derive(Deserialize)]
struct ProductRequest {
    name: String,
    sku: String,
    price: Money,
}

async fn create(State(app): State<App>, Json(request): Json<ProductRequest>) -> Result<impl IntoResponse, Problem> {
    let product = NewProduct::parse(&request.name, &request.sku, request.price)?;
    let product_id = transactional(&app.transactions, create_product, (&product,)).await?;
    let location = [("location", format!("/products/{product_id}"))];
    Ok((StatusCode::CREATED, location, Json(json!({"product_id": product_id}))))
}

async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Json<Product>, Problem> {
    Ok(Json(get_product(&mut *app.connection().await?, product_id).await?))
}

async fn list(
    State(app): State<App>,
    page: Page,
    Query(filter): Query<ProductFilter>,
) -> Result<Json<List<Product>>, Problem> {
    Ok(Json(list_products(&mut *app.connection().await?, &page, &filter).await?))
}

async fn delete(State(app): State<App>, Id(product_id): Id) -> Result<Json<Value>, Problem> {
    transactional(&app.transactions, delete_product, (product_id,)).await?;
    Ok(Json(json!({"deleted": true})))
}
