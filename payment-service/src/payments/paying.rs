//! The payment link: a page for people in a browser, JSON for everybody else, at one and the same URL.
//!
//! Who is who is said by `Accept`; who sends JSON is answered in JSON whatever else they accept. What happens to the
//! payment is the command's, how the page looks `page`'s.

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service_kit::openapi::IfNoneMatchParameter;
use service_kit::{Failure, Form, Id, Json, Problem, Reader, Routes, Tagged, accept, database, transactional};
use shared_events::{OrderId, PaymentId};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::card_form::CardForm;
use super::commands::process_payment;
use super::domain::{Payment, PaymentStatus};
use super::routes::{PaymentView, view};
use super::{PaymentError, page, queries};
use crate::app::App;

/// The link.
pub(super) fn routes() -> Routes<App> {
    Routes::new().path(routes!(show, process))
}

/// What came of a card. A decline is an answer, not an error.
#[derive(Serialize, ToSchema)]
struct Processed {
    is_paid: bool,
    #[schema(value_type = u64)]
    order_id: OrderId,
    #[schema(value_type = u64)]
    payment_id: PaymentId,
    status: PaymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<Payment> for Processed {
    fn from(payment: Payment) -> Self {
        Self {
            is_paid: payment.status == PaymentStatus::Paid,
            order_id: payment.order_id,
            payment_id: payment.id,
            status: payment.status,
            reason: payment.decline_reason,
        }
    }
}

/// The payment link: a page with a card form in a browser, the payment as JSON otherwise
///
/// A browser gets a page for every answer, errors included.
#[utoipa::path(
    get, path = "/payments/process/{id}", tag = "payments", operation_id = "open_payment_link",
    params(IfNoneMatchParameter),
    responses((status = 200, description = "The payment", content((PaymentView = "application/json"), (String = "text/html")))),
    extensions(("x-problems" = json!(["payment-not-found"])))
)]
async fn show(
    State(app): State<App>,
    Reader(language): Reader,
    headers: HeaderMap,
    id: Result<Id, Problem>,
) -> Response {
    let asked_for = id.as_ref().ok().map(|Id(id)| *id);
    let found = async { find(&app, id?.0).await }.await;
    match (found, prefers_a_page(&headers)) {
        (Ok(payment), true) => page::payment(StatusCode::OK, &payment, app.transactions.clock().now(), language),
        (Err(problem), true) => page::problem(&problem, asked_for, language),
        (Ok(payment), false) => varying(Tagged::content(view(payment, &app)).into_response()),
        (Err(problem), false) => varying(problem.into_response()),
    }
}

/// Pays with a card, by JSON or by the page's form
///
/// A second card changes nothing: a payment has one result, and whoever asks again is answered with it. A browser that
/// sends the form gets a page for every answer, errors included.
#[utoipa::path(
    post, path = "/payments/process/{id}", tag = "payments", operation_id = "process_payment",
    request_body(content(
        (CardForm = "application/json", example = json!(
            {"cardNumber": 4_242_424_242_424_242_u64, "cardCode": 123, "expirationDate": "2030-01-05"}
        )),
        (CardForm = "application/x-www-form-urlencoded")
    )),
    responses((
        status = 200, description = "Paid or declined",
        content((Processed = "application/json"), (String = "text/html"))
    )),
    extensions(("x-problems" = json!(["payment-not-found", "payment-closed", "invalid-card"])))
)]
async fn process(
    State(app): State<App>,
    Reader(language): Reader,
    id: Result<Id, Problem>,
    request: Request,
) -> Response {
    let in_a_page = prefers_a_page(request.headers()) && !Json::<CardForm>::is_sent_by(request.headers());
    let asked_for = id.as_ref().ok().map(|Id(id)| *id);
    let outcome = async { charge(&app, id?.0, request).await }.await;
    if !in_a_page {
        let answer = outcome.map(|payment| Json(Processed::from(payment)));
        return varying(answer.map_err(Problem::from).into_response());
    }
    let now = app.transactions.clock().now();
    match outcome {
        Ok(payment) => page::payment(StatusCode::OK, &payment, now, language),
        // The form, or what the payment came to instead: for both the page wants the payment.
        Err(Refused::Payment(error @ (PaymentError::InvalidCard(_) | PaymentError::Closed { .. }))) => {
            match (find(&app, asked_for.unwrap_or_default()).await, error) {
                (Ok(payment), PaymentError::InvalidCard(error)) => page::invalid_card(&payment, error, language),
                (Ok(payment), _) => page::payment(StatusCode::CONFLICT, &payment, now, language),
                (Err(problem), _) => page::problem(&problem, asked_for, language),
            }
        }
        Err(other) => page::problem(&other.into(), asked_for, language),
    }
}

/// Why a card was not processed.
enum Refused {
    /// The payment or the card does not allow it.
    Payment(PaymentError),
    /// The request or the database does not.
    Request(Problem),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Request(problem)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Payment(error) => error.into(),
            Refused::Request(problem) => problem,
        }
    }
}

/// Reads the card, from a form or from JSON, and has it charged or declined.
async fn charge(app: &App, payment_id: PaymentId, request: Request) -> Result<Payment, Refused> {
    let card: CardForm = if Form::<CardForm>::is_sent_by(request.headers()) {
        Form::from_request(request, app).await?.0
    } else {
        Json::from_request(request, app).await?.0
    };
    transactional(&app.transactions, process_payment, (payment_id, &card)).await.map_err(|failure| match failure {
        Failure::RolledBack(error) => Refused::Payment(error),
        ended @ (Failure::OutcomeUnknown(_) | Failure::TakenOver) => Refused::Request(ended.into()),
    })
}

async fn find(app: &App, payment_id: PaymentId) -> Result<Payment, Problem> {
    let mut connection = database::connection(&app.transactions).await?;
    Ok(queries::get_payment(&mut connection, payment_id).await?)
}

/// Browsers name HTML first; `*/*`, and whoever says nothing, gets JSON.
fn prefers_a_page(headers: &HeaderMap) -> bool {
    accept::best_type(headers, &["application/json", "text/html"]) == Some("text/html")
}

/// The same URL has another answer for a browser, and neither is to be kept.
fn varying(mut answer: Response) -> Response {
    answer.headers_mut().append(header::VARY, header::HeaderValue::from_static("accept"));
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}
