//! Reads one order.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared_events::{Currency, Money, OrderId, OrderItem, PaymentId, UserId};
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::orders::{Order, OrderError, OrderStatus, store};

/// An order, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderView {
    /// The id.
    pub id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// What, each product once, at the prices of that moment.
    pub items: Vec<OrderItem>,
    /// What it costs.
    pub total_amount: Money,
    /// In which currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: OrderStatus,
    /// Whether the customer's money is here.
    pub is_paid: bool,
    /// Its payment, as soon as there is one.
    pub payment_id: Option<PaymentId>,
    /// Where the customer pays.
    pub payment_link: Option<String>,
    /// Why the card was declined.
    pub decline_reason: Option<String>,
    /// Why it is or will be cancelled.
    pub cancel_reason: Option<String>,
    /// The saga that runs for it, or the last one that did.
    pub correlation_id: Uuid,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When that saga ended; none while it runs.
    pub saga_ended_at: Option<DateTime<Utc>>,
}

impl OrderView {
    /// An order with its items.
    #[must_use]
    pub fn new(order: Order, items: Vec<OrderItem>) -> Self {
        Self {
            id: order.id,
            user_id: order.user_id,
            items,
            total_amount: order.total_amount,
            currency: order.currency,
            status: order.status,
            is_paid: order.is_paid,
            payment_id: order.payment_id,
            payment_link: order.payment_link,
            decline_reason: order.decline_reason,
            cancel_reason: order.cancel_reason,
            correlation_id: order.correlation_id,
            created_at: order.created_at,
            saga_ended_at: order.saga_ended_at,
        }
    }
}

/// The order of that id.
pub async fn get_order(connection: &mut MySqlConnection, order_id: OrderId) -> Result<OrderView, OrderError> {
    let order = store::get(connection, order_id).await?.ok_or(OrderError::Unknown { order_id })?;
    let items = store::items_of(connection, &[order_id]).await?;
    Ok(OrderView::new(order, items.into_iter().map(|(_, item)| item).collect()))
}
