//! Bodies of answers, as far as the stack reads them.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::cents::Cents;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct List<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// A user.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// Its id.
    pub id: u64,
    /// Its mail address.
    pub email: String,
}

/// A product.
#[derive(Clone, Debug, Deserialize)]
pub struct Product {
    /// Its id.
    pub id: u64,
    /// Its stock-keeping unit.
    pub sku: String,
    /// What one costs.
    pub price: Cents,
}

/// A stock level.
#[derive(Clone, Debug, Deserialize)]
pub struct Stock {
    /// Whose.
    pub product_id: u64,
    /// How many there are.
    pub quantity: u64,
}

/// An order.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: u64,
    /// Who ordered.
    pub user_id: u64,
    /// What; prices as they were when it was placed.
    pub items: Vec<OrderItem>,
    /// The sum of its items.
    pub total_amount: Cents,
    /// Where it stands.
    pub status: String,
    /// Whether it is paid.
    pub is_paid: bool,
    /// Its payment, once there is one.
    pub payment_id: Option<u64>,
    /// Where to pay.
    pub payment_link: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When its latest saga ended; nothing while one runs.
    pub saga_ended_at: Option<DateTime<Utc>>,
}

impl Order {
    /// Whether its saga ended well: it can be paid, or is.
    #[must_use]
    pub fn ended_well(&self) -> bool {
        self.saga_ended_at.is_some() && matches!(self.status.as_str(), "awaiting_payment" | "paid")
    }
}

/// An item of an order.
#[derive(Clone, Debug, Deserialize)]
pub struct OrderItem {
    /// Which product.
    pub product_id: u64,
    /// How many.
    pub quantity: u32,
}

/// A payment.
#[derive(Clone, Debug, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: u64,
    /// Whose order.
    pub order_id: u64,
    /// What is to be paid.
    pub total_amount: Cents,
    /// Where it stands.
    pub status: String,
}

/// An order's story.
#[derive(Clone, Debug, Deserialize)]
pub struct Timeline {
    /// What happened, in the order of the topic.
    pub events: Vec<Event>,
}

/// Something that happened to an order.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// What.
    pub event_type: String,
    /// Who said so.
    pub service_name: String,
    /// When, by that service's clock.
    pub occurred_at: DateTime<Utc>,
}
