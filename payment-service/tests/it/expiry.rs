//! Nobody pays in time: the scheduled job closes the payment and tells its order, if it has one.

use shared_events::Event;
use uuid::Uuid;

use crate::fixture::{EMPTY_CARD, GOOD_CARD, Service, decreased, received};

#[tokio::test]
async fn an_open_or_declined_payment_expires_in_a_saga_of_its_own_once() {
    let service = Service::start().await;
    let first_saga = Uuid::now_v7();
    let open = service.saga_payment(first_saga, 7).await;
    let declined = service.saga_payment(first_saga, 8).await;
    service.process(declined, EMPTY_CARD).await;
    service.take_events().await;
    service.expire().await;
    assert_eq!(service.take_events().await, [], "it was not yet time");
    service.pass_time_to_pay();
    service.expire().await;
    let events = service.take_events().await;
    let [(one, Event::PaymentExpired(first)), (other, Event::PaymentExpired(second))] = events.as_slice() else {
        panic!("{events:?}")
    };
    let mut expired = [(first.order_id, first.payment_id), (second.order_id, second.payment_id)];
    expired.sort_unstable();
    assert_eq!(expired, [(7, open), (8, declined)]);
    assert!(*one != first_saga && *other != first_saga && one != other, "each expiry is a saga of its own");
    service.expire().await;
    assert_eq!(service.take_events().await, []);
    service.finish().await;
}

#[tokio::test]
async fn what_is_paid_or_closed_does_not_expire() {
    let service = Service::start().await;
    let paid = service.saga_payment(Uuid::now_v7(), 7).await;
    let voided = service.saga_payment(Uuid::now_v7(), 8).await;
    service.process(paid, GOOD_CARD).await;
    service.deliver_cancellation(Uuid::now_v7(), 8).await.unwrap();
    service.take_events().await;
    service.pass_time_to_pay();
    service.expire().await;
    assert_eq!(service.take_events().await, []);
    assert_eq!((service.status(paid).await.as_str(), service.status(voided).await.as_str()), ("paid", "voided"));
    service.finish().await;
}

#[tokio::test]
async fn a_payment_that_no_saga_adopted_expires_in_silence() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    service.pass_time_to_pay();
    service.expire().await;
    assert_eq!(service.status(id).await, "expired");
    service.finish().await;
}

#[tokio::test]
async fn more_than_one_batch_expires_and_what_another_holds_is_left_for_the_next_time() {
    let service = Service::start().await;
    let mut tx = service.transactions.begin().await.unwrap();
    let events = (1..=250).map(|order_id| received(decreased(order_id, 1, "12.50"), Uuid::now_v7())).collect();
    let policy = service.policy.clone();
    payment_service::payments::handlers::stock_decreased(&mut tx, policy, events).await.unwrap();
    tx.commit().await.unwrap();
    service.take_events().await;
    service.pass_time_to_pay();
    let mut busy = service.pool.begin().await.unwrap();
    sqlx::query("SELECT id FROM payments WHERE order_id = 17 FOR UPDATE").execute(&mut *busy).await.unwrap();
    service.expire().await;
    assert_eq!(service.take_events().await.len(), 249);
    busy.rollback().await.unwrap();
    service.expire().await;
    let events = service.take_events().await;
    assert!(matches!(events.as_slice(), [(_, Event::PaymentExpired(expired))] if expired.order_id == 17), "{events:?}");
    service.finish().await;
}
