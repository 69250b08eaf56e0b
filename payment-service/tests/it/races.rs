//! Requests and events that run at the same time: the row lock decides, and one of them wins.

use std::sync::Arc;

use serde_json::json;
use shared_events::Event;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixture::{EMPTY_CARD, GOOD_CARD, Service, decreased};

#[tokio::test(flavor = "multi_thread")]
async fn two_cards_at_the_same_time_charge_once_and_get_one_answer() {
    let service = Arc::new(Service::start().await);
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let mut cards = JoinSet::new();
    for card in [GOOD_CARD, EMPTY_CARD, GOOD_CARD, EMPTY_CARD, GOOD_CARD, EMPTY_CARD] {
        let service = Arc::clone(&service);
        cards.spawn(async move { service.process(id, card).await });
    }
    let answers = cards.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body), "{answers:?}");
    let events = service.take_events().await;
    let paid = answers[0].body["is_paid"] == true;
    match events.as_slice() {
        [(_, Event::PaymentSucceeded(_))] => assert!(paid),
        [(_, Event::PaymentDeclined(_))] => assert!(!paid),
        other => panic!("{other:?}"),
    }
    Arc::into_inner(service).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_and_a_cancellation_end_with_a_refund_or_a_void() {
    let service = Arc::new(Service::start().await);
    for order_id in 1..=20 {
        let id = service.saga_payment(Uuid::now_v7(), order_id).await;
        let charging = Arc::clone(&service);
        let charge = tokio::spawn(async move { charging.process(id, GOOD_CARD).await });
        service.deliver_cancellation(Uuid::now_v7(), order_id).await.unwrap();
        let charged = charge.await.unwrap();
        let events = service.take_events().await;
        match events.as_slice() {
            [(_, Event::PaymentSucceeded(_)), (_, Event::PaymentRefunded(_))] => assert_eq!(charged.status, 200),
            [(_, Event::PaymentVoided(_))] => assert_eq!(charged.problem(), (409, "payment-closed")),
            other => panic!("{other:?}"),
        }
    }
    Arc::into_inner(service).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_direct_requests_make_one_payment() {
    let service = Arc::new(Service::start().await);
    let mut requests = JoinSet::new();
    for _ in 0..12 {
        let service = Arc::clone(&service);
        let body = json!({"order_id": 7, "user_id": 1, "total_amount": 12.5});
        requests.spawn(async move { service.post("/payments", &body).await });
    }
    let answers = requests.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status)), "{answers:?}");
    assert_eq!(service.count("SELECT COUNT(*) FROM payments").await, 1);
    Arc::into_inner(service).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_request_and_the_saga_share_one_payment() {
    let service = Arc::new(Service::start().await);
    for order_id in 1..=20 {
        let asking = Arc::clone(&service);
        let request = tokio::spawn(async move { asking.pay_directly(order_id, 1, 12.5).await });
        deliver_until_handled(&service, order_id).await;
        let id = request.await.unwrap();
        let events = service.take_events().await;
        let [(_, Event::PaymentCreated(created))] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(created.payment_id, id);
    }
    Arc::into_inner(service).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_request_and_a_cancellation_leave_no_payment_that_is_open() {
    let service = Arc::new(Service::start().await);
    for order_id in 1..=40 {
        let asking = Arc::clone(&service);
        let body = json!({"order_id": order_id, "user_id": 1, "total_amount": 12.5});
        let request = tokio::spawn(async move { asking.post("/payments", &body).await });
        while let Err(error) = service.deliver_cancellation(Uuid::now_v7(), order_id).await {
            assert!(matches!(error, saga_kit::HandlerError::Retry(_)), "{error}");
        }
        let answer = request.await.unwrap();
        assert!([201, 409].contains(&answer.status), "{answer:?}");
    }
    let open = "SELECT COUNT(*) FROM payments JOIN payment_refusals USING (order_id) WHERE status <> 'voided'";
    assert_eq!(service.count(open).await, 0);
    assert_eq!(service.count("SELECT COUNT(*) FROM payment_refusals").await, 40);
    Arc::into_inner(service).unwrap().finish().await;
}

/// As the consumer does: what passes is tried again.
async fn deliver_until_handled(service: &Service, order_id: u64) {
    while let Err(error) = service.deliver_stock_decreased(Uuid::now_v7(), decreased(order_id, 1, "12.50")).await {
        assert!(matches!(error, saga_kit::HandlerError::Retry(_)), "{error}");
    }
}
