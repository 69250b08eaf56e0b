//! The state machine of an order: for every state and every change, what happens.
//!
//! Owns the states and the transitions, and nothing that has a name or an amount. A change that arrives twice is
//! recognised by the state it led to, so that an event may be delivered again at any later time; a change that
//! contradicts the state is rejected, and its event set aside for people to look at.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared_events::OrderId;
use utoipa::ToSchema;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Written; its items are still to be taken from stock.
    DecreasingStock,
    /// Its items are taken; its payment is still to be made.
    CreatingPayment,
    /// It has its payment link.
    AwaitingPayment,
    /// The card was declined. It waits for its cancellation or for its payment's expiry.
    PaymentDeclined,
    /// The customer paid.
    Paid,
    /// Somebody wants it undone; stock and payment are still to be compensated.
    CancellationRequested,
    /// It holds neither stock nor payment any more; it is still to be cancelled.
    CancellingOrder,
    /// Cancelled.
    Cancelled,
}

impl OrderStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::DecreasingStock,
        Self::CreatingPayment,
        Self::AwaitingPayment,
        Self::PaymentDeclined,
        Self::Paid,
        Self::CancellationRequested,
        Self::CancellingOrder,
        Self::Cancelled,
    ];

    /// The name in answers and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DecreasingStock => "decreasing_stock",
            Self::CreatingPayment => "creating_payment",
            Self::AwaitingPayment => "awaiting_payment",
            Self::PaymentDeclined => "payment_declined",
            Self::Paid => "paid",
            Self::CancellationRequested => "cancellation_requested",
            Self::CancellingOrder => "cancelling_order",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What can happen to an order after it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderChange {
    /// All its items were taken from stock.
    StockTaken,
    /// There was too little of something; nothing was taken.
    StockRefused,
    /// Its payment was made.
    PaymentCreated,
    /// It has no payment, or has it no more: refused, voided, refunded or expired. Its stock is given back in the
    /// same transaction.
    PaymentGone,
    /// The refusal of its stock came around as an event.
    StockDecreaseFailed,
    /// The return of its stock came around as an event.
    StockIncreased,
    /// The customer paid.
    PaymentSucceeded,
    /// The card was declined.
    PaymentDeclined,
    /// Somebody wants it undone.
    CancellationRequested,
    /// Its cancellation came around as an event: its saga ends.
    Closed,
}

/// What a change does to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// The order is in this state now.
    Applied(OrderStatus),
    /// It took effect before: nothing is to be done.
    AlreadyApplied,
    /// It contradicts the state: there is a fault, here or at the other end.
    Rejected,
}

/// A change that contradicts an order's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("order {order_id} is {status}, which {change:?} contradicts")]
pub struct RejectedChange {
    /// The order.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was to happen.
    pub change: OrderChange,
}

impl OrderStatus {
    /// What a change does to an order in this state.
    ///
    /// While a cancellation is requested, the steps that were on their way still arrive: they are noted, but the
    /// order stays where it is until its stock is free.
    #[must_use]
    pub const fn transition(self, change: OrderChange) -> Transition {
        use OrderStatus::{
            AwaitingPayment, CancellationRequested, Cancelled, CancellingOrder, CreatingPayment, DecreasingStock, Paid,
            PaymentDeclined,
        };
        use Transition::{AlreadyApplied, Applied, Rejected};
        match change {
            OrderChange::StockTaken => match self {
                DecreasingStock => Applied(CreatingPayment),
                CancellationRequested => Applied(CancellationRequested),
                CreatingPayment | AwaitingPayment | PaymentDeclined | Paid | CancellingOrder | Cancelled => {
                    AlreadyApplied
                }
            },
            OrderChange::StockRefused => match self {
                DecreasingStock | CancellationRequested => Applied(CancellingOrder),
                CancellingOrder | Cancelled => AlreadyApplied,
                CreatingPayment | AwaitingPayment | PaymentDeclined | Paid => Rejected,
            },
            OrderChange::PaymentCreated => match self {
                CreatingPayment => Applied(AwaitingPayment),
                CancellationRequested => Applied(CancellationRequested),
                AwaitingPayment | PaymentDeclined | Paid | CancellingOrder | Cancelled => AlreadyApplied,
                DecreasingStock => Rejected,
            },
            OrderChange::PaymentGone => match self {
                CreatingPayment | AwaitingPayment | PaymentDeclined | Paid | CancellationRequested => {
                    Applied(CancellingOrder)
                }
                CancellingOrder | Cancelled => AlreadyApplied,
                DecreasingStock => Rejected,
            },
            OrderChange::StockDecreaseFailed | OrderChange::StockIncreased => match self {
                CancellingOrder => Applied(Cancelled),
                Cancelled => AlreadyApplied,
                DecreasingStock
                | CreatingPayment
                | AwaitingPayment
                | PaymentDeclined
                | Paid
                | CancellationRequested => Rejected,
            },
            OrderChange::PaymentSucceeded => match self {
                AwaitingPayment => Applied(Paid),
                CancellationRequested => Applied(CancellationRequested),
                Paid | CancellingOrder | Cancelled => AlreadyApplied,
                DecreasingStock | CreatingPayment | PaymentDeclined => Rejected,
            },
            OrderChange::PaymentDeclined => match self {
                AwaitingPayment => Applied(PaymentDeclined),
                CancellationRequested => Applied(CancellationRequested),
                PaymentDeclined | CancellingOrder | Cancelled => AlreadyApplied,
                DecreasingStock | CreatingPayment | Paid => Rejected,
            },
            OrderChange::CancellationRequested => match self {
                DecreasingStock | CreatingPayment | AwaitingPayment | PaymentDeclined | Paid => {
                    Applied(CancellationRequested)
                }
                CancellationRequested | CancellingOrder | Cancelled => AlreadyApplied,
            },
            OrderChange::Closed => match self {
                Cancelled => Applied(Cancelled),
                DecreasingStock
                | CreatingPayment
                | AwaitingPayment
                | PaymentDeclined
                | Paid
                | CancellationRequested
                | CancellingOrder => Rejected,
            },
        }
    }
}

#[cfg(test)]
mod tests;
