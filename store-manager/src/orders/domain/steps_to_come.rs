//! What is still to happen to an order, by its state and by what its timeline has seen.
//!
//! The state is the truth of now; the timeline follows, because events come around by Kafka. So the steps begin with
//! the event that led to the state, as long as the timeline lacks it, and go on as the saga's map says.

use shared_events::{
    EventBody, OrderCancellationRequested, OrderCancelled, OrderCreated, PaymentCreationFailed, PaymentRefunded,
    PaymentVoided, SAGA, SagaCompleted, StockDecreaseFailed, StockDecreased, StockIncreased,
};

use super::Order;
use super::status::OrderStatus;

/// The events still to come, if all goes on in its ordinary course. `seen` are the types that the timeline has of
/// the order's present saga. Empty when the saga has ended and the timeline knows it.
#[must_use]
pub fn steps_to_come(order: &Order, seen: &[&str]) -> Vec<&'static str> {
    let mut path = path_to_now(order, seen);
    let onward = path.last().map(|last| SAGA.steps_to_come(last)).unwrap_or_default();
    path.extend(onward);
    path.retain(|step| !seen.contains(step));
    path
}

/// The events that led to where the order stands, as far as the timeline may not have them yet.
fn path_to_now(order: &Order, seen: &[&str]) -> Vec<&'static str> {
    if order.saga_ended_at.is_some() {
        return vec![SagaCompleted::TYPE];
    }
    match order.status {
        OrderStatus::DecreasingStock => vec![OrderCreated::TYPE],
        OrderStatus::CreatingPayment => vec![StockDecreased::TYPE],
        // A saga ends when an order comes to these, so they are never met here; the end is what would be missing.
        OrderStatus::AwaitingPayment | OrderStatus::PaymentDeclined | OrderStatus::Paid => vec![SagaCompleted::TYPE],
        // How payment-service answers depends on whether there is a payment, and what became of it.
        OrderStatus::CancellationRequested => match order.payment_id {
            Some(_) if order.is_paid => vec![OrderCancellationRequested::TYPE, PaymentRefunded::TYPE],
            Some(_) => vec![OrderCancellationRequested::TYPE, PaymentVoided::TYPE],
            None => vec![
                OrderCreated::TYPE,
                OrderCancellationRequested::TYPE,
                StockDecreased::TYPE,
                PaymentCreationFailed::TYPE,
            ],
        },
        OrderStatus::CancellingOrder if order.payment_id.is_some() || seen.contains(&StockDecreased::TYPE) => {
            vec![StockIncreased::TYPE]
        }
        OrderStatus::CancellingOrder => vec![StockDecreaseFailed::TYPE],
        OrderStatus::Cancelled => vec![OrderCancelled::TYPE],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::domain::tests::order;
    use chrono::DateTime;

    fn order_in(status: OrderStatus) -> Order {
        Order { status, ..order() }
    }

    #[test]
    fn the_good_way_begins_with_what_the_timeline_lacks() {
        let order = order_in(OrderStatus::DecreasingStock);
        let all = ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"];
        assert_eq!(steps_to_come(&order, &[]), all);
        assert_eq!(steps_to_come(&order, &["OrderCreated"]), all[1..]);
        let order = order_in(OrderStatus::CreatingPayment);
        assert_eq!(steps_to_come(&order, &["OrderCreated", "StockDecreased"]), all[2..]);
    }

    #[test]
    fn after_the_end_nothing_comes_once_the_timeline_knows_the_end() {
        let ended = Order { saga_ended_at: Some(DateTime::UNIX_EPOCH), ..order_in(OrderStatus::Paid) };
        assert_eq!(steps_to_come(&ended, &[]), ["SagaCompleted"]);
        assert!(steps_to_come(&ended, &["SagaCompleted"]).is_empty());
    }

    #[test]
    fn a_cancellation_undoes_what_was_done() {
        let back = ["StockIncreased", "OrderCancelled", "SagaCompleted"];
        let unpaid = Order { payment_id: Some(3), ..order_in(OrderStatus::CancellationRequested) };
        assert_eq!(steps_to_come(&unpaid, &["OrderCancellationRequested"])[0], "PaymentVoided");
        assert_eq!(steps_to_come(&unpaid, &["OrderCancellationRequested"])[1..], back);
        let paid = Order { is_paid: true, ..unpaid };
        assert_eq!(steps_to_come(&paid, &[])[..2], ["OrderCancellationRequested", "PaymentRefunded"]);
        let early = order_in(OrderStatus::CancellationRequested);
        assert_eq!(steps_to_come(&early, &["OrderCreated", "OrderCancellationRequested"])[0], "StockDecreased");
        let cancelling = order_in(OrderStatus::CancellingOrder);
        assert_eq!(steps_to_come(&cancelling, &["OrderCreated", "StockDecreased"]), back);
        assert_eq!(steps_to_come(&cancelling, &["OrderCreated"])[0], "StockDecreaseFailed");
        assert_eq!(steps_to_come(&order_in(OrderStatus::Cancelled), &["OrderCancelled"]), ["SagaCompleted"]);
    }
}
