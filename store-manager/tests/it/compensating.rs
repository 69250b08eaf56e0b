//! The way back: what was taken is given back, once, and the order cancelled with the reason.

use serde_json::json;
use shared_events::{
    EventBody, PaymentCreationFailed, PaymentExpired, PaymentRefunded, PaymentRefusal, PaymentVoided, SagaCompleted,
    SagaOutcome, StockIncreased,
};
use uuid::Uuid;

use crate::fixture::{Store, envelope};
use crate::paying::payment_succeeded;

fn refused(order_id: u64, reason: PaymentRefusal) -> PaymentCreationFailed {
    PaymentCreationFailed { order_id, reason }
}

#[tokio::test]
async fn a_refused_payment_gives_back_what_was_taken() {
    let store = Store::start().await;
    let (first, second) = (store.product(5).await, store.product(2).await);
    let order_id = store.order(&[(first, 4), (second, 2)]).await;
    store.settle().await;
    assert_eq!((store.level(first).await, store.level(second).await), (1, 0));
    let ceiling = "50000.00".parse().unwrap();
    store
        .deliver_from_payments(order_id, &refused(order_id, PaymentRefusal::AmountAboveCeiling { ceiling }))
        .await
        .unwrap();
    let (increased, event) = store.take_one::<StockIncreased>().await;
    let back: Vec<_> =
        event.items.iter().map(|item| (item.product_id, item.quantity, item.level, item.version)).collect();
    assert_eq!(back, [(first, 4, 5, 3), (second, 2, 2, 3)]);
    assert_eq!((store.level(first).await, store.level(second).await), (5, 2));
    assert_eq!(store.status(order_id).await, "cancelling_order");
    store.deliver(increased).await.unwrap();
    assert_eq!(store.settle().await, ["OrderCancelled", "SagaCompleted"]);
    let order = store.show(order_id).await;
    assert_eq!(order["status"], "cancelled");
    assert_eq!(order["cancel_reason"], "the total is above the payments' ceiling of 50000.00");
    store.finish().await;
}

#[tokio::test]
async fn the_ledger_decides_what_goes_back_and_not_the_orders_items() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    store.settle().await;
    sqlx::query("UPDATE order_items SET quantity = 5").execute(&store.pool).await.unwrap();
    store
        .deliver_from_payments(order_id, &refused(order_id, PaymentRefusal::UserBlocked { user_id: 1 }))
        .await
        .unwrap();
    assert_eq!(store.level(product_id).await, 5);
    store.settle().await;
    store.finish().await;
}

#[tokio::test]
async fn stock_set_by_hand_in_between_keeps_what_was_set_and_gets_back_what_was_taken() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    store.settle().await;
    store.post("/stocks", &json!({"product_id": product_id, "quantity": 10})).await;
    store.settle().await;
    store.deliver_from_payments(order_id, &refused(order_id, PaymentRefusal::OrderCancelled)).await.unwrap();
    assert_eq!(store.level(product_id).await, 12);
    store.settle().await;
    store.finish().await;
}

/// What each way of losing a payment leads to, from an order that has one.
async fn loses_its_payment<E: EventBody>(paid: bool, event: impl Fn(u64) -> E, reason: &str) {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    if paid {
        store.deliver_from_payments(order_id, &payment_succeeded(order_id)).await.unwrap();
        assert_eq!(store.settle().await, ["OrderPaid"]);
    }
    let first_saga = store.saga(order_id).await;
    let own_saga = Uuid::now_v7();
    store.deliver(envelope(&event(order_id), own_saga)).await.unwrap();
    let during = store.show(order_id).await;
    assert_eq!((&during["saga_ended_at"], &during["is_paid"]), (&json!(null), &json!(false)));
    let events = store.take_outbox().await;
    assert!(events.iter().all(|event| event.correlation_id == own_saga && own_saga != first_saga));
    for event in events {
        store.deliver(event).await.unwrap();
    }
    let cancelled = store.take_outbox().await;
    store.deliver(cancelled[0].clone()).await.unwrap();
    let (ended, end) = store.take_one::<SagaCompleted>().await;
    assert_eq!((ended.correlation_id, end.correlation_id, end.outcome), (own_saga, own_saga, SagaOutcome::Cancelled));
    assert_eq!(end.reason.as_deref(), Some(reason));
    let order = store.show(order_id).await;
    assert_eq!((&order["status"], &order["cancel_reason"]), (&json!("cancelled"), &json!(reason)));
    assert_eq!(order["correlation_id"], own_saga.to_string());
    assert!(order["saga_ended_at"].is_string());
    assert_eq!(store.level(product_id).await, 5);
    store.finish().await;
}

#[tokio::test]
async fn an_expiry_is_a_saga_of_its_own() {
    loses_its_payment(false, |order_id| PaymentExpired { order_id, payment_id: 70 }, "nobody paid in time").await;
}

#[tokio::test]
async fn a_voided_payment_frees_the_stock() {
    loses_its_payment(false, |order_id| PaymentVoided { order_id, payment_id: 70 }, "the payment was voided").await;
}

#[tokio::test]
async fn a_refunded_payment_frees_the_stock_and_the_order_is_paid_no_more() {
    let (amount, currency) = ("11.50".parse().unwrap(), "CAD".parse().unwrap());
    let refunded = |order_id| PaymentRefunded { order_id, payment_id: 70, amount, currency };
    loses_its_payment(true, refunded, "the payment was refunded").await;
}
