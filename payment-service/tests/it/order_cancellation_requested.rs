//! `OrderCancellationRequested`: the payment is voided or refunded, or there will be none.

use shared_events::Event;
use uuid::Uuid;

use crate::fixture::{EMPTY_CARD, GOOD_CARD, Service, decreased};

#[tokio::test]
async fn an_open_payment_is_voided_in_the_saga_of_the_cancellation_once() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let cancellation = Uuid::now_v7();
    service.deliver_cancellation(cancellation, 7).await.unwrap();
    let events = service.take_events().await;
    let [(saga, Event::PaymentVoided(voided))] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((*saga, voided.order_id, voided.payment_id), (cancellation, 7, id));
    service.deliver_cancellation(cancellation, 7).await.unwrap();
    assert_eq!(service.take_events().await, []);
    let refused = service.process(id, GOOD_CARD).await;
    assert_eq!(refused.problem(), (409, "payment-closed"));
    assert_eq!(refused.body["payment_status"], "voided");
    service.finish().await;
}

#[tokio::test]
async fn a_declined_payment_is_voided() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    service.process(id, EMPTY_CARD).await;
    service.take_events().await;
    service.deliver_cancellation(Uuid::now_v7(), 7).await.unwrap();
    assert!(matches!(service.take_events().await.as_slice(), [(_, Event::PaymentVoided(_))]));
    service.finish().await;
}

#[tokio::test]
async fn a_paid_payment_is_refunded_with_its_amount_once() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    service.process(id, GOOD_CARD).await;
    service.take_events().await;
    service.deliver_cancellation(Uuid::now_v7(), 7).await.unwrap();
    let events = service.take_events().await;
    let [(_, Event::PaymentRefunded(refunded))] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((refunded.payment_id, refunded.amount.to_string()), (id, "12.50".to_owned()));
    service.deliver_cancellation(Uuid::now_v7(), 7).await.unwrap();
    assert_eq!(service.take_events().await, []);
    let shown = service.get(&format!("/payments/{id}")).await.body;
    assert_eq!((shown["status"].as_str(), shown["is_paid"].as_bool()), (Some("refunded"), Some(false)));
    service.finish().await;
}

#[tokio::test]
async fn a_direct_payment_is_undone_in_silence_and_its_order_refused_when_it_comes() {
    let service = Service::start().await;
    let open = service.pay_directly(7, 1, 12.5).await;
    let paid = service.pay_directly(8, 1, 12.5).await;
    service.process(paid, GOOD_CARD).await;
    for (order_id, payment_id, status) in [(7, open, "voided"), (8, paid, "refunded")] {
        service.deliver_cancellation(Uuid::now_v7(), order_id).await.unwrap();
        assert_eq!(service.take_events().await, []);
        assert_eq!(service.status(payment_id).await, status);
        service.deliver_stock_decreased(Uuid::now_v7(), decreased(order_id, 1, "12.50")).await.unwrap();
        assert!(matches!(service.take_events().await.as_slice(), [(_, Event::PaymentCreationFailed(_))]));
    }
    service.finish().await;
}

#[tokio::test]
async fn after_a_refusal_or_an_expiry_there_is_nothing_to_say() {
    let service = Service::start().await;
    service.saga_payment(Uuid::now_v7(), 8).await;
    service.pass_time_to_pay();
    service.expire().await;
    service.deliver_stock_decreased(Uuid::now_v7(), decreased(7, 1, "99999.00")).await.unwrap();
    service.take_events().await;
    for order_id in [7, 8] {
        service.deliver_cancellation(Uuid::now_v7(), order_id).await.unwrap();
    }
    assert_eq!(service.take_events().await, []);
    service.finish().await;
}
