//! `/orders`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{Id, Json, List, Page, Problem, Query, Routes, Tagged, link, transactional};
use shared_events::{ProductId, UserId};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::commands::{Placed, cancel_order, create_order};
use super::queries::{OrderFilter, OrderView, Timeline, get_order, list_orders, order_timeline};
use super::{NewOrder, OrderStatus};
use crate::app::App;
use crate::problem;

pub(crate) fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, create)).path(routes!(read, cancel)).path(routes!(timeline))
}

#[derive(Deserialize, ToSchema)]
struct OrderRequest {
    #[schema(value_type = u64)]
    user_id: UserId,
    items: Vec<ItemRequest>,
}

#[derive(Deserialize, ToSchema)]
struct ItemRequest {
    #[schema(value_type = u64)]
    product_id: ProductId,
    quantity: u32,
}

/// Places an order
#[utoipa::path(post, path = "/orders", tag = "orders", operation_id = "create_order")]
async fn create(State(app): State<App>, Json(request): Json<OrderRequest>) -> Result<Response, Problem> {
    let items = request.items.into_iter().map(|item| (item.product_id, item.quantity));
    let order = NewOrder::parse(request.user_id, items)?;
    match transactional(&app.transactions, create_order, (app.currency, &order)).await? {
        Placed::Created { order_id, status, correlation_id } => {
            let body = json!({"order_id": order_id, "status": status, "correlation_id": correlation_id});
            Ok((StatusCode::CREATED, link::location("orders", order_id), Json(body)).into_response())
        }
        Placed::Refused { correlation_id, reason } => Err(problem::refused(&reason, correlation_id)),
    }
}

/// One order
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", operation_id = "get_order")]
async fn read(State(app): State<App>, Id(order_id): Id) -> Result<Tagged<OrderView>, Problem> {
    Ok(Tagged::content(get_order(&mut *app.connection().await?, order_id).await?))
}

/// Orders, in id order
#[utoipa::path(get, path = "/orders", tag = "orders", operation_id = "list_orders")]
async fn list(
    State(app): State<App>,
    page: Page,
    Query(filter): Query<OrderFilter>,
) -> Result<List<OrderView>, Problem> {
    Ok(list_orders(&mut *app.connection().await?, &page, &filter).await?)
}

/// What happened to an order, and what is still to come
#[utoipa::path(get, path = "/orders/{id}/timeline", tag = "orders", operation_id = "get_order_timeline")]
async fn timeline(State(app): State<App>, Id(order_id): Id) -> Result<Json<Timeline>, Problem> {
    Ok(Json(order_timeline(&mut *app.connection().await?, order_id).await?))
}

/// Cancels an order
///
/// The order is compensated and stays readable: nothing is ever removed.
#[utoipa::path(delete, path = "/orders/{id}", tag = "orders", operation_id = "cancel_order")]
async fn cancel(State(app): State<App>, Id(order_id): Id) -> Result<Json<Value>, Problem> {
    let cancellation = transactional(&app.transactions, cancel_order, (order_id,)).await?;
    let mut body = json!({"deleted": cancellation.requested, "order_id": order_id, "status": cancellation.status});
    if !cancellation.requested {
        body["message"] = json!(match cancellation.status {
            OrderStatus::Cancelled => "The order is cancelled already; nothing was removed",
            _ => "The order is being cancelled already; nothing was removed",
        });
    }
    Ok(Json(body))
}
