//! `/products`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{Id, Json, List, Page, Problem, Query, Routes, openapi, transactional};
use shared_events::Money;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::commands::{create_product, delete_product};
use super::queries::{ProductFilter, get_product, list_products};
use super::{NewProduct, Product};
use crate::app::App;

pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, create)).path(routes!(read, delete))
}

#[derive(Deserialize, ToSchema)]
struct ProductRequest {
    name: String,
    sku: String,
    #[schema(value_type = openapi::Money)]
    price: Money,
}

/// Creates a product, with nothing of it in stock
#[utoipa::path(post, path = "/products", tag = "products", operation_id = "create_product")]
async fn create(State(app): State<App>, Json(request): Json<ProductRequest>) -> Result<impl IntoResponse, Problem> {
    let product = NewProduct::parse(&request.name, &request.sku, request.price)?;
    let product_id = transactional(&app.transactions, create_product, (&product,)).await?;
    let location = [("location", format!("/products/{product_id}"))];
    Ok((StatusCode::CREATED, location, Json(json!({"product_id": product_id}))))
}

/// One product
#[utoipa::path(get, path = "/products/{id}", tag = "products", operation_id = "get_product")]
async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Json<Product>, Problem> {
    Ok(Json(get_product(&mut *app.connection().await?, product_id).await?))
}

/// Products, in id order
#[utoipa::path(get, path = "/products", tag = "products", operation_id = "list_products")]
async fn list(
    State(app): State<App>,
    page: Page,
    Query(filter): Query<ProductFilter>,
) -> Result<Json<List<Product>>, Problem> {
    Ok(Json(list_products(&mut *app.connection().await?, &page, &filter).await?))
}

/// Deletes a product that nobody ordered
#[utoipa::path(delete, path = "/products/{id}", tag = "products", operation_id = "delete_product")]
async fn delete(State(app): State<App>, Id(product_id): Id) -> Result<Json<Value>, Problem> {
    transactional(&app.transactions, delete_product, (product_id,)).await?;
    Ok(Json(json!({"deleted": true})))
}
