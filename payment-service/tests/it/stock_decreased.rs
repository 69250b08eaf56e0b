//! `StockDecreased`: the order gets its one payment, adopts a client's, or is refused.

use serde_json::json;
use shared_events::{Event, PaymentRefusal};
use uuid::Uuid;

use crate::fixture::{BLOCKED_USER, CEILING, EMPTY_CARD, GOOD_CARD, Service, decreased};

/// The reason of the one event, which must be a refusal.
fn refusal(events: &[(Uuid, Event)]) -> PaymentRefusal {
    let [(_, Event::PaymentCreationFailed(failed))] = events else { panic!("{events:?}") };
    failed.reason.clone()
}

#[tokio::test]
async fn an_order_gets_a_payment_with_a_link_in_its_saga() {
    let service = Service::start().await;
    let saga = Uuid::now_v7();
    service.deliver_stock_decreased(saga, decreased(7, 2, "12.50")).await.unwrap();
    let events = service.take_events().await;
    let [(correlation, Event::PaymentCreated(created))] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((*correlation, created.order_id), (saga, 7));
    assert_eq!((created.amount.to_string(), created.currency.to_string()), ("12.50".to_owned(), "CAD".to_owned()));
    let id = created.payment_id;
    assert_eq!(created.payment_link, format!("http://127.0.0.1:8080/payments-api/payments/process/{id}"));
    let shown = service.get(&format!("/payments/{id}")).await.body;
    assert_eq!(
        shown,
        json!({"id": id, "order_id": 7, "user_id": 2, "total_amount": 12.5, "currency": "CAD", "status": "open",
               "is_paid": false, "payment_link": created.payment_link, "decline_reason": null, "card_last4": null,
               "created_at": "2026-11-21T00:00:00Z", "expires_at": "2026-11-21T01:00:00Z", "processed_at": null})
    );
    service.finish().await;
}

#[tokio::test]
async fn a_second_delivery_makes_no_second_payment_and_says_nothing() {
    let service = Service::start().await;
    let saga = Uuid::now_v7();
    service.saga_payment(saga, 7).await;
    service.deliver_stock_decreased(saga, decreased(7, 1, "12.50")).await.unwrap();
    assert_eq!(service.take_events().await, []);
    assert_eq!(service.count("SELECT COUNT(*) FROM payments").await, 1);
    service.finish().await;
}

#[tokio::test]
async fn the_ceiling_refuses_once_and_for_good() {
    let service = Service::start().await;
    let (saga, above) = (Uuid::now_v7(), decreased(7, 1, "50000.01"));
    service.deliver_stock_decreased(saga, above.clone()).await.unwrap();
    let ceiling = CEILING.parse().unwrap();
    assert_eq!(refusal(&service.take_events().await), PaymentRefusal::AmountAboveCeiling { ceiling });
    service.deliver_stock_decreased(saga, above).await.unwrap();
    assert_eq!(service.take_events().await, []);
    assert_eq!(service.count("SELECT COUNT(*) FROM payments").await, 0);
    // The ceiling itself may be paid.
    service.deliver_stock_decreased(saga, decreased(8, 1, "50000.00")).await.unwrap();
    assert!(matches!(service.take_events().await.as_slice(), [(_, Event::PaymentCreated(_))]));
    service.finish().await;
}

#[tokio::test]
async fn a_blocked_user_is_refused_once_and_for_good() {
    let service = Service::start().await;
    for delivery in 1..=2 {
        service.deliver_stock_decreased(Uuid::now_v7(), decreased(7, BLOCKED_USER, "60000.00")).await.unwrap();
        let events = service.take_events().await;
        if delivery == 1 {
            assert_eq!(refusal(&events), PaymentRefusal::UserBlocked { user_id: BLOCKED_USER });
        } else {
            assert_eq!(events, []);
        }
    }
    service.finish().await;
}

#[tokio::test]
async fn an_open_direct_payment_is_adopted_with_its_id_and_a_time_to_pay_of_its_own() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    service.pass_time_to_pay();
    let saga = Uuid::now_v7();
    assert_eq!(service.saga_payment(saga, 7).await, id);
    assert_eq!(service.get(&format!("/payments/{id}")).await.body["expires_at"], "2026-11-21T02:00:00Z");
    // From here on it speaks to the saga.
    assert_eq!(service.process(id, GOOD_CARD).await.body["is_paid"], true);
    let events = service.take_events().await;
    assert!(matches!(events.as_slice(), [(of, Event::PaymentSucceeded(_))] if *of == saga), "{events:?}");
    service.finish().await;
}

#[tokio::test]
async fn a_paid_direct_payment_is_adopted_as_paid() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    assert_eq!(service.process(id, GOOD_CARD).await.status, 200);
    assert_eq!(service.take_events().await, []);
    let saga = Uuid::now_v7();
    service.deliver_stock_decreased(saga, decreased(7, 1, "12.50")).await.unwrap();
    let events = service.take_events().await;
    let [(first, Event::PaymentCreated(created)), (second, Event::PaymentSucceeded(paid))] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((*first, *second, created.payment_id, paid.payment_id), (saga, saga, id, id));
    service.finish().await;
}

#[tokio::test]
async fn a_declined_direct_payment_is_adopted_and_the_store_is_told_why() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    service.process(id, EMPTY_CARD).await;
    let saga = Uuid::now_v7();
    service.deliver_stock_decreased(saga, decreased(7, 1, "12.50")).await.unwrap();
    let events = service.take_events().await;
    let [(_, Event::PaymentCreated(created)), (_, Event::PaymentDeclined(declined))] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((created.payment_id, declined.payment_id), (id, id));
    assert!(!declined.reason.is_empty(), "the store can say why");
    assert_eq!(service.status(id).await, "declined");
    service.finish().await;
}

#[tokio::test]
async fn an_expired_direct_payment_is_opened_again_by_its_order() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    service.pass_time_to_pay();
    service.expire().await;
    assert_eq!(service.status(id).await, "expired");
    assert_eq!(service.saga_payment(Uuid::now_v7(), 7).await, id);
    assert_eq!(service.status(id).await, "open");
    service.finish().await;
}

#[tokio::test]
async fn a_direct_payment_of_another_amount_or_user_is_undone_and_the_order_refused() {
    let service = Service::start().await;
    let open = service.pay_directly(7, 1, 12.49).await;
    let paid = service.pay_directly(8, 9, 12.5).await;
    service.process(paid, GOOD_CARD).await;
    for (order_id, payment_id, status) in [(7, open, "voided"), (8, paid, "refunded")] {
        let saga = Uuid::now_v7();
        service.deliver_stock_decreased(saga, decreased(order_id, 1, "12.50")).await.unwrap();
        assert_eq!(refusal(&service.take_events().await), PaymentRefusal::AmountMismatch { payment_id });
        assert_eq!(service.status(payment_id).await, status);
        service.deliver_stock_decreased(saga, decreased(order_id, 1, "12.50")).await.unwrap();
        assert_eq!(service.take_events().await, []);
    }
    service.finish().await;
}

#[tokio::test]
async fn an_order_whose_cancellation_came_first_is_refused() {
    let service = Service::start().await;
    let saga = Uuid::now_v7();
    service.deliver_cancellation(saga, 7).await.unwrap();
    assert_eq!(service.take_events().await, []);
    for delivery in 1..=2 {
        // Above the ceiling as well: the cancellation is the reason that is told.
        service.deliver_stock_decreased(saga, decreased(7, 1, "99999.00")).await.unwrap();
        let events = service.take_events().await;
        if delivery == 1 {
            assert_eq!(refusal(&events), PaymentRefusal::OrderCancelled);
        } else {
            assert_eq!(events, []);
        }
    }
    service.finish().await;
}
