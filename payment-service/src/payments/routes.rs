//! Payments over HTTP: paths, bodies and status codes. What happens is the commands' and the queries'.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use problem_types::{Text, text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use service_kit::{Id, Json, List, Page, Problem, Query, Routes, Tagged, database, link, openapi, transactional};
use shared_events::{Currency, Money, OrderId, PaymentId, UserId};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::card_form::CardForm;
use super::commands::{Created, create_payment, process_payment};
use super::domain::{Due, Payment, PaymentStatus};
use super::queries;
use crate::app::App;

/// The routes of this feature.
pub fn routes() -> Routes<App> {
    Routes::new().path(routes!(list, create)).path(routes!(show)).path(routes!(process))
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
                Text::fixed("total_amount: must be more than 0.00", "total_amount\u{a0}: doit dépasser 0.00"),
            ));
        }
        Ok(Due { order_id, user_id, amount, currency })
    }
}

/// Makes the payment of an order, or finds the one it has
#[utoipa::path(post, path = "/payments", tag = "payments", operation_id = "create_payment")]
async fn create(State(app): State<App>, Json(body): Json<NewPayment>) -> Result<Response, Problem> {
    let due = body.due(app.policy.currency)?;
    let created = transactional(&app.transactions, create_payment, (&*app.policy, &due)).await?;
    let (status, payment) = match created {
        Created::New(payment) => (StatusCode::CREATED, payment),
        Created::Existing(payment) => (StatusCode::OK, payment),
    };
    let body = Json(json!({"payment_id": payment.id, "order_id": payment.order_id, "status": payment.status}));
    Ok((status, link::location("payments", payment.id), body).into_response())
}

/// What came of a card. A decline is an answer, not an error.
#[derive(Serialize)]
struct Processed {
    is_paid: bool,
    order_id: OrderId,
    payment_id: PaymentId,
    status: PaymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Pays with a card
#[utoipa::path(post, path = "/payments/process/{id}", tag = "payments", operation_id = "process_payment")]
async fn process(
    State(app): State<App>,
    Id(payment_id): Id,
    Json(form): Json<CardForm>,
) -> Result<Json<Processed>, Problem> {
    let payment = transactional(&app.transactions, process_payment, (payment_id, &form)).await?;
    Ok(Json(Processed {
        is_paid: payment.status == PaymentStatus::Paid,
        order_id: payment.order_id,
        payment_id,
        status: payment.status,
        reason: payment.decline_reason,
    }))
}

/// A payment as it is shown.
#[derive(Serialize)]
struct PaymentView {
    id: PaymentId,
    order_id: OrderId,
    user_id: UserId,
    total_amount: Money,
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

fn view(payment: Payment, app: &App) -> PaymentView {
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
#[utoipa::path(get, path = "/payments/{id}", tag = "payments", operation_id = "get_payment")]
async fn show(State(app): State<App>, Id(payment_id): Id) -> Result<Tagged<PaymentView>, Problem> {
    let mut connection = app.transactions.pool().acquire().await.map_err(|error| database::problem(&error))?;
    let payment = queries::get_payment(&mut connection, payment_id).await?;
    Ok(Tagged::content(view(payment, &app)))
}

#[derive(Deserialize)]
struct Filter {
    order_id: Option<OrderId>,
}

/// Payments, in id order
#[utoipa::path(get, path = "/payments", tag = "payments", operation_id = "list_payments")]
async fn list(State(app): State<App>, Query(filter): Query<Filter>, page: Page) -> Result<List<PaymentView>, Problem> {
    let mut connection = app.transactions.pool().acquire().await.map_err(|error| database::problem(&error))?;
    let payments = queries::list_payments(&mut connection, filter.order_id, &page).await?;
    Ok(payments.map(|payment| view(payment, &app)))
}
