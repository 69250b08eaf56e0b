//! Finds the sagas that should have ended, and what each waits for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared_events::{OrderId, SAGA};
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::orders::domain::saga_time::{began_at, bound};
use crate::orders::domain::steps_to_come::steps_to_come;
use crate::orders::store::{self, SeenEvent};
use crate::orders::{Order, OrderStatus};

/// The oldest of them that are looked at; where there are more, these say enough.
pub(crate) const MAX_OVERDUE: u32 = 1_000;

/// A saga that has not ended in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverdueSaga {
    /// Its order.
    pub order_id: OrderId,
    /// The saga.
    pub correlation_id: Uuid,
    /// Where the order stands.
    pub status: OrderStatus,
    /// When the saga began.
    pub began_at: DateTime<Utc>,
    /// Since when it is overdue.
    pub overdue_since: DateTime<Utc>,
    /// The last event of it that came around, and when it did.
    pub last_event: Option<&'static str>,
    /// When that came around.
    pub last_event_at: Option<DateTime<Utc>>,
    /// The event that it waits for.
    pub waits_for: &'static str,
    /// The service that has to tell it.
    pub waits_for_service: &'static str,
}

/// The sagas that began longer ago than `overdue_after` and have not ended, oldest first, `MAX_OVERDUE` at most.
pub async fn overdue_sagas(
    connection: &mut MySqlConnection,
    (now, overdue_after): (DateTime<Utc>, Duration),
) -> Result<Vec<OverdueSaga>, sqlx::Error> {
    let orders = store::with_open_saga(connection, bound(now - overdue_after), MAX_OVERDUE).await?;
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut seen = store::seen_by_timelines(connection, &ids).await?;
    Ok(orders.iter().map(|order| told(order, &seen.remove(&order.id).unwrap_or_default(), overdue_after)).collect())
}

fn told(order: &Order, seen: &[SeenEvent], overdue_after: Duration) -> OverdueSaga {
    let of_this_saga: Vec<&SeenEvent> =
        seen.iter().filter(|event| event.correlation_id == order.correlation_id).collect();
    let types: Vec<&str> = of_this_saga.iter().map(|event| event.event_type.as_str()).collect();
    // An open saga has its end still to come, whatever the timeline lacks.
    let waits_for = steps_to_come(order, &types).first().copied().unwrap_or_default();
    let last = of_this_saga.last();
    let began_at = began_at(order.correlation_id).unwrap_or(order.created_at);
    OverdueSaga {
        order_id: order.id,
        correlation_id: order.correlation_id,
        status: order.status,
        began_at,
        overdue_since: began_at + overdue_after,
        last_event: last.and_then(|event| SAGA.spec(&event.event_type)).map(|spec| spec.event_type),
        last_event_at: last.map(|event| event.recorded_at),
        waits_for,
        // Each event of the map is told by one service.
        waits_for_service: SAGA.told_by(waits_for).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::domain::tests::order;

    fn seen(saga: u128, event_type: &str) -> SeenEvent {
        let correlation_id = Uuid::from_u128(saga);
        SeenEvent { event_type: event_type.to_owned(), correlation_id, recorded_at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn it_waits_for_the_next_step_and_for_whoever_tells_it() {
        let events = [seen(9, "SagaCompleted"), seen(1, "OrderCreated"), seen(1, "StockDecreased")];
        let saga = told(&order(), &events, Duration::from_secs(30));
        assert_eq!((saga.waits_for, saga.waits_for_service), ("PaymentCreated", "payment-service"));
        assert_eq!((saga.last_event, saga.last_event_at), (Some("StockDecreased"), Some(DateTime::UNIX_EPOCH)));
        assert_eq!((saga.overdue_since - saga.began_at).num_seconds(), 30);
        let early = told(&order(), &[], Duration::ZERO);
        assert_eq!((early.last_event, early.waits_for_service), (None, "store-manager"));
    }
}
