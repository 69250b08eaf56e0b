//! `/orders`: requests in, answers out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service_kit::openapi::{IfMatchParameter, IfNoneMatchParameter, KeyParameter, PageParameters};
use service_kit::{
    Expected, Id, Json, Keyed, List, Page, Problem, Query, Reader, Routes, Tagged, idempotent, link, transactional,
};
use shared_events::{OrderId, ProductId, UserId};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::commands::{Cancellation, Placed, cancel_order, create_order};
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
    /// Each product once; one that is named twice is summed up.
    #[schema(min_items = 1)]
    items: Vec<ItemRequest>,
}

#[derive(Serialize, ToSchema)]
struct OrderPlaced {
    #[schema(value_type = u64)]
    order_id: OrderId,
    status: OrderStatus,
    /// The saga's id, in all of its events.
    correlation_id: Uuid,
}

#[derive(Serialize, ToSchema)]
struct Cancelling {
    /// Whether this request is what cancels it.
    deleted: bool,
    #[schema(value_type = u64)]
    order_id: OrderId,
    status: OrderStatus,
    /// Where this request changed nothing: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

#[derive(Deserialize, ToSchema)]
struct ItemRequest {
    #[schema(value_type = u64)]
    product_id: ProductId,
    #[schema(minimum = 1, maximum = 10_000)]
    quantity: u32,
}

/// Places an order
///
/// Its saga begins at once: stock is taken, then the payment made. `GET /orders/{id}` shows where it stands, and
/// soon has the payment link.
#[utoipa::path(
    post, path = "/orders", tag = "orders", operation_id = "create_order",
    params(KeyParameter),
    request_body(content = OrderRequest, example = json!({"user_id": 1, "items": [{"product_id": 1, "quantity": 2}]})),
    responses((status = 201, description = "Placed", body = OrderPlaced, headers(
        ("Location" = String, description = "The order, relative to this address"),
    ))),
    extensions(("x-problems" = json!(["unknown-user", "unknown-product", "total-too-large"])))
)]
async fn create(State(app): State<App>, Keyed { body, key }: Keyed<OrderRequest>) -> Result<Response, Problem> {
    let items = body.items.into_iter().map(|item| (item.product_id, item.quantity));
    let order = NewOrder::parse(body.user_id, items)?;
    if key.is_none() {
        return Ok(answer(app.intake.place(order).await?));
    }
    idempotent(&app.transactions, key.as_ref(), create_order, (app.currency, &order), answer).await
}

/// A refusal was committed with its event, so that it is an answer to be remembered like any other.
fn answer(placed: Placed) -> Response {
    match placed {
        Placed::Created { order_id, status, correlation_id } => {
            let body = OrderPlaced { order_id, status, correlation_id };
            (StatusCode::CREATED, link::location("orders", order_id), Json(body)).into_response()
        }
        Placed::Refused { correlation_id, reason } => problem::refused(&reason, correlation_id).into_response(),
    }
}

/// One order
#[utoipa::path(
    get, path = "/orders/{id}", tag = "orders", operation_id = "get_order",
    params(IfNoneMatchParameter),
    responses((status = 200, description = "The order", body = OrderView)),
    extensions(("x-problems" = json!(["order-not-found"])))
)]
async fn read(State(app): State<App>, Id(order_id): Id) -> Result<Tagged<OrderView>, Problem> {
    Ok(Tagged::content(get_order(&mut *app.connection().await?, order_id).await?))
}

/// Orders, in id order
#[utoipa::path(
    get, path = "/orders", tag = "orders", operation_id = "list_orders",
    params(PageParameters, OrderFilter),
    responses((status = 200, description = "A page of orders", body = List<OrderView>))
)]
async fn list(
    State(app): State<App>,
    page: Page,
    Query(filter): Query<OrderFilter>,
) -> Result<List<OrderView>, Problem> {
    Ok(list_orders(&mut *app.connection().await?, &page, &filter).await?)
}

/// What happened to an order, and what is still to come
#[utoipa::path(
    get, path = "/orders/{id}/timeline", tag = "orders", operation_id = "get_order_timeline",
    responses((status = 200, description = "Its story", body = Timeline)),
    extensions(("x-problems" = json!(["order-not-found"])))
)]
async fn timeline(State(app): State<App>, Id(order_id): Id) -> Result<Json<Timeline>, Problem> {
    Ok(Json(order_timeline(&mut *app.connection().await?, order_id).await?))
}

/// Cancels an order
///
/// The order is compensated and stays readable: nothing is ever removed. With `If-Match`, it is cancelled only if it is
/// still as it was read.
#[utoipa::path(
    delete, path = "/orders/{id}", tag = "orders", operation_id = "cancel_order",
    params(IfMatchParameter),
    responses((status = 200, description = "It is, or was already, being cancelled", body = Cancelling)),
    extensions(("x-problems" = json!(["order-not-found", "order-conflict"])))
)]
async fn cancel(
    State(app): State<App>,
    Reader(language): Reader,
    Id(order_id): Id,
    expected: Expected,
) -> Result<Json<Cancelling>, Problem> {
    let Cancellation { requested: deleted, status, .. } =
        transactional(&app.transactions, cancel_order, (order_id, &expected)).await?;
    let message = match status {
        _ if deleted => None,
        OrderStatus::Cancelled => Some(language.choose(
            "The order is cancelled already; nothing was removed",
            "La commande est déjà annulée\u{202f}; rien n'a été supprimé",
        )),
        _ => Some(language.choose(
            "The order is being cancelled already; nothing was removed",
            "La commande est déjà en cours d'annulation\u{202f}; rien n'a été supprimé",
        )),
    };
    Ok(Json(Cancelling { deleted, order_id, status, message }))
}
