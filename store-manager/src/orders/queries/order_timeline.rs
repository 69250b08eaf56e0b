//! Tells an order's story: what happened, when, by whom, and what is still to come.

use serde::Serialize;
use shared_events::OrderId;
use sqlx::MySqlConnection;
use utoipa::ToSchema;

use crate::orders::domain::steps_to_come::steps_to_come;
use crate::orders::store::{self, RecordedEvent};
use crate::orders::{OrderError, OrderStatus};

/// An order's story so far.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    /// The order.
    #[schema(value_type = u64)]
    pub order_id: OrderId,
    /// Where it stands.
    pub status: OrderStatus,
    /// What came around by the topic, in its order. It may lag behind the state by a moment.
    pub events: Vec<RecordedEvent>,
    /// What is still to come, if all goes on in its ordinary course.
    #[schema(value_type = Vec<String>)]
    pub steps_to_come: Vec<&'static str>,
}

/// The timeline of that order.
pub async fn order_timeline(connection: &mut MySqlConnection, order_id: OrderId) -> Result<Timeline, OrderError> {
    let order = store::get(connection, order_id).await?.ok_or(OrderError::Unknown { order_id })?;
    let events = store::timeline_of(connection, order_id).await?;
    let of_this_saga = events.iter().filter(|event| event.correlation_id == order.correlation_id);
    let seen: Vec<&str> = of_this_saga.map(|event| event.event_type.as_str()).collect();
    let steps_to_come = steps_to_come(&order, &seen);
    Ok(Timeline { order_id, status: order.status, events, steps_to_come })
}
