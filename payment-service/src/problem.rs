//! Which error of this service is which problem for a client: the one place, an exhaustive match.

use axum::http::StatusCode;
use service_kit::{Problem, database};
use shared_events::PaymentRefusal;

use crate::payments::PaymentError;
use crate::payments::domain::PaymentStatus;

impl From<PaymentError> for Problem {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::NotFound { payment_id } => {
                Self::new(StatusCode::NOT_FOUND, "payment-not-found", "There is no such payment")
                    .detail(format!("No payment has the id {payment_id}; GET /payments?order_id= finds an order's"))
            }
            PaymentError::Closed { payment_id, status } => closed(status).with("payment_id", payment_id),
            PaymentError::InvalidCard(error) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-card", "The card cannot be charged as given")
                    .detail(format!("{error}; nothing was charged"))
                    .with("field", error.field)
            }
            PaymentError::Different { order_id, payment_id } => {
                Self::new(StatusCode::CONFLICT, "payment-differs", "The order has another payment already")
                    .detail(format!(
                        "Order {order_id} has payment {payment_id}, by another user or of another amount; an order \
                         has one payment only: use that one"
                    ))
                    .with("payment_id", payment_id)
            }
            PaymentError::OrderRefused { order_id } => {
                Self::new(StatusCode::CONFLICT, "payment-refused", "The order must not be paid")
                    .detail(format!("Order {order_id} is cancelled or was refused; place a new order"))
            }
            PaymentError::PolicyRefused(reason) => policy_refused(&reason),
            PaymentError::Database(error) => database::problem(&error),
            PaymentError::Emit(error) => database::unexpected(&error),
        }
    }
}

fn closed(status: PaymentStatus) -> Problem {
    let advice = match status {
        PaymentStatus::Expired => "Its time to be paid has passed and the order is given up; place a new order",
        PaymentStatus::Refunded => "Its order was cancelled and the money given back; place a new order",
        PaymentStatus::Voided | PaymentStatus::Open | PaymentStatus::Paid | PaymentStatus::Declined => {
            "Its order was cancelled and nothing was charged; place a new order"
        }
    };
    Problem::new(StatusCode::CONFLICT, "payment-closed", "The payment can no longer be paid")
        .detail(advice)
        .with("payment_status", status.as_str())
}

fn policy_refused(reason: &PaymentRefusal) -> Problem {
    let problem =
        |status, detail: String| Problem::new(status, "payment-refused", "The order must not be paid").detail(detail);
    match reason {
        PaymentRefusal::AmountAboveCeiling { ceiling } => {
            problem(StatusCode::UNPROCESSABLE_ENTITY, format!("At most {ceiling} can be paid at once; split the order"))
                .with("field", "total_amount")
        }
        PaymentRefusal::UserBlocked { user_id } => {
            problem(StatusCode::UNPROCESSABLE_ENTITY, format!("User {user_id} may not pay here; ask the store"))
                .with("field", "user_id")
        }
        PaymentRefusal::OrderCancelled | PaymentRefusal::AmountMismatch { .. } => {
            problem(StatusCode::CONFLICT, "Place a new order".to_owned())
        }
    }
}
