//! The order as those see it who change it: its state, what its saga knows of its payment, and the saga's end.
//!
//! Owns the rules of one order that is locked. `status.rs` has the state machine, `basket.rs` what may be ordered,
//! `steps_to_come.rs` what is still to happen, `saga_time.rs` when a saga began.

pub(crate) mod basket;
pub(crate) mod saga_time;
pub(crate) mod status;
pub(crate) mod steps_to_come;

use chrono::{DateTime, Utc};
use saga_kit::{EmitError, HandlerError};
use service_kit::ETag;
use service_kit::transactional::DatabaseCause;
use shared_events::{
    Currency, Money, OrderCancellationRequested, OrderCancelled, OrderId, PaymentId, ProductId, SagaCompleted,
    SagaOutcome, UserId,
};
use uuid::Uuid;

use self::basket::{MAX_ITEMS, MAX_QUANTITY};
use self::status::{OrderChange, OrderStatus, RejectedChange, Transition};

/// Why something cannot be done with an order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Nothing was ordered.
    #[error("items: must name 1 to {MAX_ITEMS} products")]
    NoItems,
    /// Too many different products.
    #[error("items: must name 1 to {MAX_ITEMS} products, and names {count}")]
    TooManyItems {
        /// How many different ones.
        count: usize,
    },
    /// None, or too many, of one product.
    #[error("quantity of product {product_id}: must be 1 to {MAX_QUANTITY} in all")]
    InvalidQuantity {
        /// The product.
        product_id: ProductId,
    },
    /// The sum is more than can be written down.
    #[error("the total is above {}", Money::MAX)]
    TotalTooLarge,
    /// No order has this id.
    #[error("there is no order {order_id}")]
    Unknown {
        /// The id.
        order_id: OrderId,
    },
    /// Its state does not allow it.
    #[error(transparent)]
    Rejected(#[from] RejectedChange),
    /// It is in another state than those that are to be cancelled.
    #[error("order {order_id} is not as you read it")]
    Changed {
        /// The order.
        order_id: OrderId,
        /// Its present state.
        etag: ETag,
    },
    /// An event could not be emitted.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl DatabaseCause for OrderError {
    fn database_cause(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(cause) => Some(cause),
            _ => None,
        }
    }
}

impl From<RejectedChange> for HandlerError {
    /// An event that contradicts the order's state will do so again.
    fn from(rejected: RejectedChange) -> Self {
        Self::park(rejected)
    }
}

/// An order whose row is locked. Change it, then save it whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The id.
    pub id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// Where it stands.
    pub status: OrderStatus,
    /// What it costs.
    pub total_amount: Money,
    /// In which currency.
    pub currency: Currency,
    /// Whether the customer's money is here.
    pub is_paid: bool,
    /// Its payment, as soon as there is one.
    pub payment_id: Option<PaymentId>,
    /// Where the customer pays.
    pub payment_link: Option<String>,
    /// Why the card was declined.
    pub decline_reason: Option<String>,
    /// Why it is or will be cancelled: the first reason there was.
    pub cancel_reason: Option<String>,
    /// The saga that runs for it, or the last one that did.
    pub correlation_id: Uuid,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When that saga ended; none while it runs.
    pub saga_ended_at: Option<DateTime<Utc>>,
}

impl Order {
    /// Applies a change to the state: true when it was applied, false when it had been applied before.
    pub fn apply(&mut self, change: OrderChange) -> Result<bool, RejectedChange> {
        match self.status.transition(change) {
            Transition::Applied(status) => {
                self.status = status;
                Ok(true)
            }
            Transition::AlreadyApplied => Ok(false),
            Transition::Rejected => Err(RejectedChange { order_id: self.id, status: self.status, change }),
        }
    }

    /// The saga that what happens now belongs to. An order has one running saga at most: what happens meanwhile
    /// joins it, and after its end `next` opens another.
    pub fn join_or_open_saga(&mut self, next: impl FnOnce() -> Uuid) -> Uuid {
        if self.saga_ended_at.take().is_some() {
            self.correlation_id = next();
        }
        self.correlation_id
    }

    /// Its saga ends here.
    #[must_use = "the end must be told"]
    pub fn end_saga(&mut self, outcome: SagaOutcome, now: DateTime<Utc>) -> SagaCompleted {
        self.saga_ended_at = Some(now);
        let reason = self.cancel_reason.clone().filter(|_| outcome != SagaOutcome::Succeeded);
        SagaCompleted { order_id: Some(self.id), correlation_id: self.correlation_id, outcome, reason }
    }

    /// What asks payment-service to undo the payment, or to make none.
    #[must_use = "the request must be told"]
    pub fn request_cancellation(&mut self, reason: &str) -> OrderCancellationRequested {
        let reason = self.keep_first_reason(reason);
        OrderCancellationRequested { order_id: self.id, user_id: self.user_id, reason }
    }

    /// What tells that the order holds nothing any more.
    #[must_use = "the cancellation must be told"]
    pub fn cancel(&mut self, reason: &str) -> OrderCancelled {
        let reason = self.keep_first_reason(reason);
        OrderCancelled { order_id: self.id, user_id: self.user_id, reason }
    }

    /// Later reasons are consequences of the first: a payment is voided because a cancellation was requested.
    fn keep_first_reason(&mut self, reason: &str) -> String {
        self.cancel_reason.get_or_insert_with(|| reason.to_owned()).clone()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn order() -> Order {
        Order {
            id: 7,
            user_id: 1,
            status: OrderStatus::CreatingPayment,
            total_amount: Money::ZERO,
            currency: "CAD".parse().unwrap(),
            is_paid: false,
            payment_id: None,
            payment_link: None,
            decline_reason: None,
            cancel_reason: None,
            correlation_id: Uuid::from_u128(1),
            created_at: DateTime::UNIX_EPOCH,
            saga_ended_at: None,
        }
    }

    #[test]
    fn a_running_saga_is_joined_and_an_ended_one_followed_by_another() {
        let mut order = order();
        assert_eq!(order.join_or_open_saga(|| unreachable!("it runs")), Uuid::from_u128(1));
        let end = order.end_saga(SagaOutcome::Succeeded, DateTime::UNIX_EPOCH);
        assert_eq!((end.order_id, end.correlation_id, end.reason), (Some(7), Uuid::from_u128(1), None));
        assert_eq!(order.join_or_open_saga(|| Uuid::from_u128(2)), Uuid::from_u128(2));
        assert_eq!((order.correlation_id, order.saga_ended_at), (Uuid::from_u128(2), None));
    }

    #[test]
    fn the_first_reason_stays() {
        let mut order = order();
        assert_eq!(order.request_cancellation("changed my mind").reason, "changed my mind");
        assert_eq!(order.cancel("the payment was voided").reason, "changed my mind");
        assert_eq!(
            order.end_saga(SagaOutcome::Cancelled, DateTime::UNIX_EPOCH).reason.as_deref(),
            Some("changed my mind")
        );
    }

    #[test]
    fn what_the_state_rejects_changes_nothing() {
        let mut order = order();
        let rejected = order.apply(OrderChange::PaymentSucceeded).unwrap_err();
        assert_eq!(rejected.to_string(), "order 7 is creating_payment, which PaymentSucceeded contradicts");
        assert_eq!(order, self::order());
    }
}
