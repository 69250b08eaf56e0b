//! From the payment to the end: what orders do about payment-service's events.

use serde_json::json;
use shared_events::{OrderPaid, PaymentDeclined, PaymentExpired, PaymentSucceeded, SagaCompleted, SagaOutcome};
use uuid::Uuid;

use crate::fixture::{Store, envelope, payment_created};

pub fn payment_succeeded(order_id: u64) -> PaymentSucceeded {
    let (amount, currency) = ("11.50".parse().unwrap(), "CAD".parse().unwrap());
    PaymentSucceeded { order_id, payment_id: 70, amount, currency }
}

#[tokio::test]
async fn a_payment_link_is_the_good_end() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    store.settle().await;
    store.deliver_from_payments(order_id, &payment_created(order_id)).await.unwrap();
    let (ended, end) = store.take_one::<SagaCompleted>().await;
    assert_eq!((end.order_id, end.outcome, end.reason), (Some(order_id), SagaOutcome::Succeeded, None));
    let order = store.show(order_id).await;
    assert_eq!((&order["status"], &order["payment_id"]), (&json!("awaiting_payment"), &json!(70)));
    assert!(order["payment_link"].as_str().unwrap().starts_with("http"));
    assert!(order["saga_ended_at"].is_string());
    assert_eq!(order["correlation_id"], ended.correlation_id.to_string());
    store.finish().await;
}

#[tokio::test]
async fn a_customer_who_pays_makes_the_order_paid() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    store.deliver_from_payments(order_id, &payment_succeeded(order_id)).await.unwrap();
    let (_, paid) = store.take_one::<OrderPaid>().await;
    assert_eq!((paid.order_id, paid.payment_id, paid.amount.to_string()), (order_id, 70, "11.50".to_owned()));
    let order = store.show(order_id).await;
    assert_eq!((&order["status"], &order["is_paid"]), (&json!("paid"), &json!(true)));
    store.finish().await;
}

#[tokio::test]
async fn a_declined_card_is_told_and_the_expiry_then_frees_the_stock() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    let declined = PaymentDeclined { order_id, payment_id: 70, reason: "insufficient funds".to_owned() };
    store.deliver_from_payments(order_id, &declined).await.unwrap();
    let order = store.show(order_id).await;
    assert_eq!((&order["status"], &order["is_paid"]), (&json!("payment_declined"), &json!(false)));
    assert_eq!(order["decline_reason"], "insufficient funds");
    store.deliver(envelope(&PaymentExpired { order_id, payment_id: 70 }, Uuid::now_v7())).await.unwrap();
    assert_eq!(store.settle().await, ["StockIncreased", "OrderCancelled", "SagaCompleted"]);
    assert_eq!(store.status(order_id).await, "cancelled");
    assert_eq!(store.level(product_id).await, 5);
    store.finish().await;
}

#[tokio::test]
async fn what_contradicts_the_order_is_set_aside() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    for error in [
        store.deliver_from_payments(order_id, &payment_created(order_id)).await.unwrap_err(),
        store.deliver_from_payments(order_id, &payment_succeeded(order_id)).await.unwrap_err(),
        store.deliver_from_payments(order_id, &PaymentExpired { order_id, payment_id: 70 }).await.unwrap_err(),
    ] {
        assert!(matches!(error, saga_kit::HandlerError::Park(_)), "{error:?}");
    }
    assert_eq!(store.status(order_id).await, "decreasing_stock");
    store.settle().await;
    store.finish().await;
}

#[tokio::test]
async fn a_payment_for_an_order_that_never_was_is_passed_over() {
    let store = Store::start().await;
    let saga = Uuid::now_v7();
    store.deliver(envelope(&payment_created(999), saga)).await.unwrap();
    store.deliver(envelope(&payment_succeeded(999), saga)).await.unwrap();
    let declined = PaymentDeclined { order_id: 999, payment_id: 70, reason: "insufficient funds".to_owned() };
    store.deliver(envelope(&declined, saga)).await.unwrap();
    store.deliver(envelope(&PaymentExpired { order_id: 999, payment_id: 70 }, saga)).await.unwrap();
    store.finish().await;
}
