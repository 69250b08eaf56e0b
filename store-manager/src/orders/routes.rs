//! `/orders`: requests in, answers out.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use service_kit::{Id, Json, List, Page, Problem, Query, transactional};
use shared_events::{ProductId, UserId};

use super::commands::{Placed, cancel_order, create_order};
use super::queries::{OrderFilter, OrderView, Timeline, get_order, list_orders, order_timeline};
use super::{NewOrder, OrderStatus};
use crate::app::App;
use crate::problem;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(read).delete(cancel))
        .route("/orders/{id}/timeline", get(timeline))
}

#[derive(Deserialize)]
struct OrderRequest {
    user_id: UserId,
    items: Vec<ItemRequest>,
}

#[derive(Deserialize)]
struct ItemRequest {
    product_id: ProductId,
    quantity: u32,
}

async fn create(State(app): State<App>, Json(request): Json<OrderRequest>) -> Result<Response, Problem> {
    let items = request.items.into_iter().map(|item| (item.product_id, item.quantity));
    let order = NewOrder::parse(request.user_id, items)?;
    match transactional(&app.transactions, create_order, (app.currency, &order)).await? {
        Placed::Created { order_id, status, correlation_id } => {
            let location = [("location", format!("/orders/{order_id}"))];
            let body = json!({"order_id": order_id, "status": status, "correlation_id": correlation_id});
            Ok((StatusCode::CREATED, location, Json(body)).into_response())
        }
        Placed::Refused { correlation_id, reason } => Err(problem::refused(&reason, correlation_id)),
    }
}

async fn read(State(app): State<App>, Id(order_id): Id) -> Result<Json<OrderView>, Problem> {
    Ok(Json(get_order(&mut *app.connection().await?, order_id).await?))
}

async fn list(
    State(app): State<App>,
    page: Page,
    Query(filter): Query<OrderFilter>,
) -> Result<Json<List<OrderView>>, Problem> {
    Ok(Json(list_orders(&mut *app.connection().await?, &page, &filter).await?))
}

async fn timeline(State(app): State<App>, Id(order_id): Id) -> Result<Json<Timeline>, Problem> {
    Ok(Json(order_timeline(&mut *app.connection().await?, order_id).await?))
}

/// The order is compensated and stays readable: nothing is ever removed.
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
