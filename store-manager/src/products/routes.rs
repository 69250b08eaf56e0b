//! `/products`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{Expected, Id, Json, List, Page, Problem, Query, Routes, Tagged, link, openapi, transactional};
use shared_events::Money;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::commands::{create_product, delete_product, update_product};
use super::queries::{ProductFilter, get_product, list_products};
use super::{NewProduct, Product};
use crate::app::App;

pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, create)).path(routes!(read, update, delete))
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
    Ok((StatusCode::CREATED, link::location("products", product_id), Json(json!({"product_id": product_id}))))
}

/// One product
#[utoipa::path(get, path = "/products/{id}", tag = "products", operation_id = "get_product")]
async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Tagged<Product>, Problem> {
    Ok(tagged(get_product(&mut *app.connection().await?, product_id).await?))
}

/// Changes a product
///
/// The body is the whole product as it is to be. With `If-Match`, only if it is still the one that was read.
#[utoipa::path(put, path = "/products/{id}", tag = "products", operation_id = "update_product")]
async fn update(
    State(app): State<App>,
    Id(product_id): Id,
    expected: Expected,
    Json(request): Json<ProductRequest>,
) -> Result<Tagged<Product>, Problem> {
    let product = NewProduct::parse(&request.name, &request.sku, request.price)?;
    Ok(tagged(transactional(&app.transactions, update_product, (product_id, &product, &expected)).await?))
}

fn tagged(product: Product) -> Tagged<Product> {
    Tagged::version(product.version, product)
}

/// Products, in id order
#[utoipa::path(get, path = "/products", tag = "products", operation_id = "list_products")]
async fn list(
    State(app): State<App>,
    page: Page,
    Query(filter): Query<ProductFilter>,
) -> Result<List<Product>, Problem> {
    Ok(list_products(&mut *app.connection().await?, &page, &filter).await?)
}

/// Deletes a product that nobody ordered
///
/// With `If-Match`, only if it is still the one that was read.
#[utoipa::path(delete, path = "/products/{id}", tag = "products", operation_id = "delete_product")]
async fn delete(State(app): State<App>, Id(product_id): Id, expected: Expected) -> Result<Json<Value>, Problem> {
    transactional(&app.transactions, delete_product, (product_id, &expected)).await?;
    Ok(Json(json!({"deleted": true})))
}
