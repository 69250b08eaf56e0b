//! What can go wrong with a payment, free of HTTP and of Kafka.

use saga_kit::{EmitError, HandlerError};
use service_kit::DatabaseCause;
use shared_events::{OrderId, PaymentId, PaymentRefusal};

use super::card::CardError;
use super::domain::PaymentStatus;

/// An error of this feature. What it means for a client is said in the service's `problem.rs`, what it means
/// for the consumer below.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// No payment has this id.
    #[error("there is no payment {payment_id}")]
    NotFound {
        /// The id that was asked for.
        payment_id: PaymentId,
    },
    /// The payment was voided, refunded or expired: no card can pay it any more.
    #[error("payment {payment_id} is {status}")]
    Closed {
        /// The payment.
        payment_id: PaymentId,
        /// Where it stands.
        status: PaymentStatus,
    },
    /// The card is none that could be charged; nothing was recorded.
    #[error(transparent)]
    InvalidCard(#[from] CardError),
    /// The order has a payment already, by another user or of another amount.
    #[error("order {order_id} has payment {payment_id}, which is another")]
    Different {
        /// The order.
        order_id: OrderId,
        /// Its one payment.
        payment_id: PaymentId,
    },
    /// The order was refused, or its cancellation remembered: it gets no payment.
    #[error("order {order_id} must not be paid")]
    OrderRefused {
        /// The order.
        order_id: OrderId,
    },
    /// The policy forbids it.
    #[error("refused: {0:?}")]
    PolicyRefused(PaymentRefusal),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// An event was not taken.
    #[error("an event was not taken: {0}")]
    Emit(#[from] EmitError),
}

impl DatabaseCause for PaymentError {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

/// A database that is away or busy is tried again. Everything else never passes: business refusals are events
/// and no errors, so that what arrives here is a bug, and its order is set aside for a person.
impl From<PaymentError> for HandlerError {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Database(error) => error.into(),
            PaymentError::Emit(error) => error.into(),
            error => Self::park(error),
        }
    }
}
