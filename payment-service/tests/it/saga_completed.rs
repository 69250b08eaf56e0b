//! `SagaCompleted`: a client's direct payment does not outlive its order.

use serde_json::json;
use shared_events::SagaOutcome;
use uuid::Uuid;

use crate::fixture::{GOOD_CARD, Service};

#[tokio::test]
async fn a_direct_payment_of_an_order_that_was_cancelled_without_one_is_undone() {
    let service = Service::start().await;
    let open = service.pay_directly(7, 1, 12.5).await;
    let paid = service.pay_directly(8, 1, 12.5).await;
    service.process(paid, GOOD_CARD).await;
    for (order_id, payment_id, status) in [(7, open, "voided"), (8, paid, "refunded")] {
        for _ in 0..2 {
            service.deliver_end(order_id, SagaOutcome::Cancelled).await.unwrap();
            assert_eq!(service.status(payment_id).await, status);
        }
    }
    assert_eq!(service.take_events().await, [], "no saga is there to be told");
    service.finish().await;
}

#[tokio::test]
async fn nobody_can_pay_for_an_order_that_is_cancelled() {
    let service = Service::start().await;
    service.deliver_end(7, SagaOutcome::Cancelled).await.unwrap();
    let late = json!({"order_id": 7, "user_id": 1, "total_amount": 12.5});
    assert_eq!(service.post("/payments", &late).await.problem(), (409, "payment-refused"));
    service.finish().await;
}

#[tokio::test]
async fn a_good_end_touches_nothing() {
    let service = Service::start().await;
    let of_saga = service.saga_payment(Uuid::now_v7(), 7).await;
    let direct = service.pay_directly(8, 1, 12.5).await;
    for order_id in [7, 8] {
        service.deliver_end(order_id, SagaOutcome::Succeeded).await.unwrap();
    }
    assert_eq!((service.status(of_saga).await.as_str(), service.status(direct).await.as_str()), ("open", "open"));
    assert_eq!(service.take_events().await, []);
    service.finish().await;
}
