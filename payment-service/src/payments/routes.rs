//! Payments over HTTP: paths, bodies and status codes. What happens is the commands' and the queries'.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use problem_types::{Text, text};
use serde::{Deserialize, Serialize};
use service_kit::openapi::{self, IfNoneMatchParameter, KeyParameter, PageParameters};
use service_kit::{Id, Json, Keyed, List, Page, Problem, Query, Routes, Tagged, database, idempotent, link};
use shared_events::{Currency, Money, OrderId, PaymentId, UserId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::commands::{Created, create_payment};
use super::domain::{Due, Payment, PaymentStatus};
use super::{paying, queries};
use crate::app::App;

/// The routes of this feature.
pub fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, create)).path(routes!(show)).merge(paying::routes())
}

#[derive(Deserialize, ToSchema)]
struct NewPayment {
    #[schema(value_type = u64)]
    user_id: UserId,
    #[schema(value_type = u64)]
    order_id: OrderId,
    #[schema(value_type = openapi::Money)]
    total_amount: Money,
}

impl NewPayment {
    fn due(&self, currency: Currency) -> Result<Due, Problem> {
        let &Self { user_id, order_id, total_amount: amount } = self;
        for (field, missing) in [("user_id", user_id == 0), ("order_id", order_id == 0)] {
            if missing {
                return Err(Problem::invalid_field(
                    field,
                    text!("{field}: ids begin with 1", "{field}\u{a0}: les identifiants commencent à 1"),
                ));
            }
        }
        if amount == Money::ZERO {
            return Err(Problem::invalid_field(
                "total_amount",
                Text::fixed("total_amount: must be more than 0.00", "total_amount\u{a0}: doit dépasser 0,00"),
            ));
        }
        Ok(Due { order_id, user_id, amount, currency })
    }
}

/// Makes the payment of an order, or finds the one it has
#[utoipa::path(
    post, path = "/payments", tag = "payments", operation_id = "create_payment",
    params(KeyParameter),
    request_body(content = NewPayment, example = json!({"user_id": 1, "order_id": 1, "total_amount": 12.5})),
    responses(
        (status = 201, description = "Made", body = PaymentCreated, headers(
            ("Location" = String, description = "The payment, relative to this address"),
        )),
        (status = 200, description = "The order had this very payment already", body = PaymentCreated, headers(
            ("Location" = String, description = "The payment, relative to this address"),
        )),
    ),
    extensions(("x-problems" = json!(["payment-differs", "payment-refused", "payment-not-allowed"])))
)]
async fn create(State(app): State<App>, Keyed { body, key }: Keyed<NewPayment>) -> Result<Response, Problem> {
    let due = body.due(app.policy.currency)?;
    idempotent(&app.transactions, key.as_ref(), create_payment, (&*app.policy, &due), answer).await
}

fn answer(created: Created) -> impl IntoResponse {
    let (status, payment) = match created {
        Created::New(payment) => (StatusCode::CREATED, payment),
        Created::Existing(payment) => (StatusCode::OK, payment),
    };
    let body = PaymentCreated { payment_id: payment.id, order_id: payment.order_id, status: payment.status };
    (status, link::location("payments", payment.id), Json(body))
}

#[derive(Serialize, ToSchema)]
struct PaymentCreated {
    #[schema(value_type = u64)]
    payment_id: PaymentId,
    #[schema(value_type = u64)]
    order_id: OrderId,
    status: PaymentStatus,
}

/// A payment as it is shown.
#[derive(Serialize, ToSchema)]
pub(super) struct PaymentView {
    #[schema(value_type = u64)]
    id: PaymentId,
    #[schema(value_type = u64)]
    order_id: OrderId,
    #[schema(value_type = u64)]
    user_id: UserId,
    #[schema(value_type = openapi::Money)]
    total_amount: Money,
    #[schema(value_type = openapi::Currency)]
    currency: Currency,
    status: PaymentStatus,
    is_paid: bool,
    payment_link: String,
    decline_reason: Option<String>,
    card_last4: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    processed_at: Option<DateTime<Utc>>,
}

pub(super) fn view(payment: Payment, app: &App) -> PaymentView {
    PaymentView {
        id: payment.id,
        order_id: payment.order_id,
        user_id: payment.user_id,
        total_amount: payment.amount,
        currency: payment.currency,
        status: payment.status,
        is_paid: payment.status == PaymentStatus::Paid,
        payment_link: app.policy.link(payment.id),
        decline_reason: payment.decline_reason,
        card_last4: payment.card_last4,
        created_at: payment.created_at,
        expires_at: payment.expires_at,
        processed_at: payment.processed_at,
    }
}

/// One payment
#[utoipa::path(
    get, path = "/payments/{id}", tag = "payments", operation_id = "get_payment",
    params(IfNoneMatchParameter),
    responses((status = 200, description = "The payment", body = PaymentView)),
    extensions(("x-problems" = json!(["payment-not-found"])))
)]
async fn show(State(app): State<App>, Id(payment_id): Id) -> Result<Tagged<PaymentView>, Problem> {
    let mut connection = database::connection(&app.transactions).await?;
    let payment = queries::get_payment(&mut connection, payment_id).await?;
    Ok(Tagged::content(view(payment, &app)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// The one of this order
    #[param(value_type = Option<u64>)]
    order_id: Option<OrderId>,
}

/// Payments, in id order
#[utoipa::path(
    get, path = "/payments", tag = "payments", operation_id = "list_payments",
    params(PageParameters, Filter),
    responses((status = 200, description = "A page of payments", body = List<PaymentView>))
)]
async fn list(State(app): State<App>, Query(filter): Query<Filter>, page: Page) -> Result<List<PaymentView>, Problem> {
    let mut connection = database::connection(&app.transactions).await?;
    let payments = queries::list_payments(&mut connection, filter.order_id, &page).await?;
    Ok(payments.map(|payment| view(payment, &app)))
}
