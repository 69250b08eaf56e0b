//! Reads one order.

use chrono::{DateTime, Utc};
use serde::Serialize;
use service_kit::openapi;
use shared_events::{Currency, Money, OrderId, OrderItem, PaymentId, UserId};
use sqlx::MySqlConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::orders::{Order, OrderError, OrderStatus, store};

/// An order, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderView {
    /// The id.
    #[schema(value_type = u64)]
    pub id: OrderId,
    /// Who ordered.
    #[schema(value_type = u64)]
    pub user_id: UserId,
    /// What, each product once, at the prices of that moment.
    #[schema(value_type = Vec<OrderItemView>)]
    pub items: Vec<OrderItem>,
    /// What it costs.
    #[schema(value_type = openapi::Money)]
    pub total_amount: Money,
    /// In which currency.
    #[schema(value_type = openapi::Currency)]
    pub currency: Currency,
    /// Where it stands.
    pub status: OrderStatus,
    /// Whether the customer's money is here.
    pub is_paid: bool,
    /// Its payment, as soon as there is one.
    #[schema(value_type = Option<u64>)]
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

/// How `shared_events::OrderItem`, which knows nothing of OpenAPI, is written.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
#[schema(as = OrderItem)]
pub struct OrderItemView {
    /// The product.
    pub product_id: u64,
    /// How many.
    pub quantity: u32,
    /// Price of one.
    #[schema(value_type = openapi::Money)]
    pub unit_price: Money,
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
    Ok(view(connection, order).await?)
}

/// An order that was read, as it is answered.
pub(crate) async fn view(connection: &mut MySqlConnection, order: Order) -> Result<OrderView, sqlx::Error> {
    let items = store::items_of(connection, &[order.id]).await?;
    Ok(OrderView::new(order, items.into_iter().map(|(_, item)| item).collect()))
}
