//! `/products`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service_kit::openapi::{self, Deleted, IfMatchParameter, IfNoneMatchParameter, KeyParameter, PageParameters};
use service_kit::{
    Expected, Id, Json, Keyed, List, Page, Problem, Query, Routes, Tagged, idempotent, link, transactional,
};
use shared_events::{Money, ProductId};
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

#[derive(Serialize, ToSchema)]
struct ProductCreated {
    #[schema(value_type = u64)]
    product_id: ProductId,
}

/// Creates a product, with nothing of it in stock
#[utoipa::path(
    post, path = "/products", tag = "products", operation_id = "create_product",
    params(KeyParameter),
    request_body(content = ProductRequest, example = json!({"name": "Kettle", "sku": "KT-12", "price": 19.5})),
    responses((status = 201, description = "Created", body = ProductCreated, headers(
        ("Location" = String, description = "The product, relative to this address"),
    ))),
    extensions(("x-problems" = json!(["sku-taken"])))
)]
async fn create(State(app): State<App>, Keyed { body, key }: Keyed<ProductRequest>) -> Result<Response, Problem> {
    let product = NewProduct::parse(&body.name, &body.sku, body.price)?;
    idempotent(&app.transactions, key.as_ref(), create_product, (&product,), created).await
}

fn created(product_id: ProductId) -> impl IntoResponse {
    (StatusCode::CREATED, link::location("products", product_id), Json(ProductCreated { product_id }))
}

/// One product
#[utoipa::path(
    get, path = "/products/{id}", tag = "products", operation_id = "get_product",
    params(IfNoneMatchParameter),
    responses((status = 200, description = "The product", body = Product)),
    extensions(("x-problems" = json!(["product-not-found"])))
)]
async fn read(State(app): State<App>, Id(product_id): Id) -> Result<Tagged<Product>, Problem> {
    Ok(tagged(get_product(&mut *app.connection().await?, product_id).await?))
}

/// Changes a product
///
/// The body is the whole product as it is to be. With `If-Match`, only if it is still the one that was read.
#[utoipa::path(
    put, path = "/products/{id}", tag = "products", operation_id = "update_product",
    params(IfMatchParameter),
    request_body(content = ProductRequest, example = json!({"name": "Kettle", "sku": "KT-12", "price": 21.0})),
    responses((status = 200, description = "The product as it is now", body = Product, headers(
        ("ETag" = String, description = "Its new state"),
    ))),
    extensions(("x-problems" = json!(["product-not-found", "sku-taken"])))
)]
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
#[utoipa::path(
    get, path = "/products", tag = "products", operation_id = "list_products",
    params(PageParameters, ProductFilter),
    responses((status = 200, description = "A page of products", body = List<Product>))
)]
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
#[utoipa::path(
    delete, path = "/products/{id}", tag = "products", operation_id = "delete_product",
    params(IfMatchParameter),
    responses((status = 200, description = "Deleted", body = Deleted)),
    extensions(("x-problems" = json!(["product-not-found", "product-in-use"])))
)]
async fn delete(State(app): State<App>, Id(product_id): Id, expected: Expected) -> Result<Json<Deleted>, Problem> {
    transactional(&app.transactions, delete_product, (product_id, &expected)).await?;
    Ok(Json(Deleted::YES))
}
