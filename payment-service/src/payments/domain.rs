//! A payment and its states, pure, without I/O: what each command does to it stands in `domain/transition.rs`,
//! what an order whose stock is taken is answered in `domain/answer.rs`.
//!
//! Reading and writing rows is `store.rs`'s, the order of locks the commands'.

mod answer;
mod transition;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use shared_events::{Currency, Money, OrderId, PaymentId, UserId};
use uuid::Uuid;

pub use answer::{Answer, Refusal, answer};
pub use transition::{PaymentCommand, Transition, transition};

/// A row of `payments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id, in the payment link.
    pub id: PaymentId,
    /// The order that it pays; no other payment does.
    pub order_id: OrderId,
    /// Who pays.
    pub user_id: UserId,
    /// How much.
    pub amount: Money,
    /// In which currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The order's saga. None until the saga adopts a payment that a client made directly; such a payment
    /// emits nothing, because nobody waits for its events.
    pub correlation_id: Option<Uuid>,
    /// Why the card was declined, in words for people.
    pub decline_reason: Option<String>,
    /// The last four digits of the card that was charged or declined: all that is kept of it.
    pub card_last4: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it can no longer be paid.
    pub expires_at: DateTime<Utc>,
    /// When the card was charged or declined.
    pub processed_at: Option<DateTime<Utc>>,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Waits for a card.
    Open,
    /// The card was charged.
    Paid,
    /// The card was declined; final for this payment, which then waits for its cancellation or its expiry.
    Declined,
    /// Cancelled before it was paid.
    Voided,
    /// Cancelled after it was paid; the money is given back.
    Refunded,
    /// Nobody paid in time.
    Expired,
}

impl PaymentStatus {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Open, Self::Paid, Self::Declined, Self::Voided, Self::Refunded, Self::Expired];

    /// The name in the database and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::Voided => "voided",
            Self::Refunded => "refunded",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for PaymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no status.
#[derive(Debug, thiserror::Error)]
#[error("unknown payment status {0:?}")]
pub struct UnknownStatus(String);

impl FromStr for PaymentStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// What is to be paid for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The order.
    pub order_id: OrderId,
    /// Who pays.
    pub user_id: UserId,
    /// How much.
    pub amount: Money,
    /// In which currency.
    pub currency: Currency,
}

impl Payment {
    /// A new one.
    #[must_use]
    pub fn open(
        id: PaymentId,
        due: &Due,
        correlation_id: Option<Uuid>,
        (created_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        Self {
            id,
            order_id: due.order_id,
            user_id: due.user_id,
            amount: due.amount,
            currency: due.currency,
            status: PaymentStatus::Open,
            correlation_id,
            decline_reason: None,
            card_last4: None,
            created_at,
            expires_at,
            processed_at: None,
        }
    }

    /// Whether it is a payment of exactly this.
    #[must_use]
    pub fn pays(&self, due: &Due) -> bool {
        let own = Due { order_id: self.order_id, user_id: self.user_id, amount: self.amount, currency: self.currency };
        own == *due
    }

    /// Whether its time to be paid has passed, though the scheduled job may not have come to it yet.
    #[must_use]
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}
