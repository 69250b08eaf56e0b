//! How long a killed service did nothing: from the kill to the first event it wrote for an order again.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::stage::Stage;
use crate::http::{Event, Order};

/// Reads the orders' timelines. The very acceptance of an order is not counted: what counts
/// is that orders which were under way go on.
pub(super) fn recovery(stage: &Stage, orders: &[Order], service: &str, killed_at: DateTime<Utc>) -> Result<Duration> {
    stage.until(|| {
        let mut first = None;
        for order in orders {
            first = earliest(first, progress(&stage.shop.timeline(order.id)?.events, service, killed_at));
        }
        Ok(first.and_then(|at| (at - killed_at).to_std().ok()))
    })
}

/// The first step of `service` after `killed_at`.
fn progress(events: &[Event], service: &str, killed_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let counts = |event: &&Event| event.service_name == service && event.event_type != "OrderCreated";
    events.iter().filter(counts).map(|event| event.occurred_at).filter(|at| *at > killed_at).min()
}

fn earliest(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    one.into_iter().chain(other).min()
}

/// How many orders were under way at that moment: accepted before it, ended after it.
pub(super) fn under_way(orders: &[Order], at: DateTime<Utc>) -> usize {
    orders.iter().filter(|order| order.created_at <= at && order.saga_ended_at.is_none_or(|end| end > at)).count()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn only_later_steps_of_that_service_count() {
        let killed_at = Utc::now();
        let event = |service: &str, event_type: &str, ms: i64| Event {
            event_type: event_type.to_owned(),
            service_name: service.to_owned(),
            occurred_at: killed_at + TimeDelta::milliseconds(ms),
        };
        let events = [
            event("store-manager", "StockDecreased", -5),
            event("store-manager", "OrderCreated", 100),
            event("payment-service", "PaymentCreated", 120),
            event("store-manager", "SagaCompleted", 300),
            event("store-manager", "StockDecreased", 250),
        ];
        assert_eq!(progress(&events, "store-manager", killed_at), Some(killed_at + TimeDelta::milliseconds(250)));
        assert_eq!(progress(&events[..1], "store-manager", killed_at), None);
    }
}
