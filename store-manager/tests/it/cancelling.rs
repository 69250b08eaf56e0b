//! `DELETE /orders/{id}` at every moment of an order's life.

use axum::http::Method;
use serde_json::json;
use shared_events::{
    OrderCancellationRequested, PaymentCreationFailed, PaymentExpired, PaymentRefunded, PaymentRefusal, PaymentVoided,
};
use uuid::Uuid;

use crate::fixture::{Store, envelope, payment_created};
use crate::paying::payment_succeeded;

const WAY_BACK: [&str; 3] = ["StockIncreased", "OrderCancelled", "SagaCompleted"];

/// Cancels, and answers the saga that the request belongs to. The event is delivered.
async fn cancel(store: &Store, order_id: u64) -> Uuid {
    let answer = store.delete(&format!("/orders/{order_id}")).await;
    let expected = json!({"deleted": true, "order_id": order_id, "status": "cancellation_requested"});
    assert_eq!((answer.status, answer.body), (200, expected));
    let requested = store.take_outbox().await.pop().unwrap();
    let event: OrderCancellationRequested = requested.body().unwrap();
    assert_eq!((event.order_id, event.reason.as_str()), (order_id, "its cancellation was requested"));
    let saga = requested.correlation_id;
    assert_eq!(store.show(order_id).await["saga_ended_at"], json!(null));
    assert_eq!(store.saga(order_id).await, saga);
    store.deliver(requested).await.unwrap();
    saga
}

async fn assert_cancelled(store: &Store, order_id: u64, product_id: u64) {
    let order = store.show(order_id).await;
    assert_eq!((&order["status"], &order["is_paid"]), (&json!("cancelled"), &json!(false)));
    assert_eq!(order["cancel_reason"], "its cancellation was requested");
    assert!(order["saga_ended_at"].is_string());
    assert_eq!(store.level(product_id).await, 5);
}

#[tokio::test]
async fn before_the_stock_is_taken() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    let created = store.take_outbox().await.remove(0);
    let saga = cancel(&store, order_id).await;
    assert_eq!(saga, created.correlation_id, "it joins the saga that runs");
    store.deliver(created).await.unwrap();
    assert_eq!(store.settle().await, ["StockDecreased"]);
    assert_eq!(store.status(order_id).await, "cancellation_requested");
    let refused = PaymentCreationFailed { order_id, reason: PaymentRefusal::OrderCancelled };
    store.deliver_from_payments(order_id, &refused).await.unwrap();
    assert_eq!(store.settle().await, WAY_BACK);
    assert_cancelled(&store, order_id, product_id).await;
    store.finish().await;
}

#[tokio::test]
async fn before_a_shortage_is_found() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 6)]).await;
    let created = store.take_outbox().await.remove(0);
    cancel(&store, order_id).await;
    store.deliver(created).await.unwrap();
    assert_eq!(store.settle().await, ["StockDecreaseFailed", "OrderCancelled", "SagaCompleted"]);
    assert_cancelled(&store, order_id, product_id).await;
    store.finish().await;
}

#[tokio::test]
async fn while_the_payment_is_on_its_way() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    store.settle().await;
    cancel(&store, order_id).await;
    store.deliver_from_payments(order_id, &payment_created(order_id)).await.unwrap();
    assert!(store.settle().await.is_empty(), "the saga goes on until the payment is voided");
    assert_eq!(store.show(order_id).await["payment_id"], 70);
    store.deliver_from_payments(order_id, &PaymentVoided { order_id, payment_id: 70 }).await.unwrap();
    assert_eq!(store.settle().await, WAY_BACK);
    assert_cancelled(&store, order_id, product_id).await;
    store.finish().await;
}

#[tokio::test]
async fn after_the_good_end_while_the_customer_pays() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    let first_saga = store.saga(order_id).await;
    let saga = cancel(&store, order_id).await;
    assert_ne!(saga, first_saga, "it is a saga of its own");
    store.deliver(envelope(&payment_succeeded(order_id), first_saga)).await.unwrap();
    assert!(store.settle().await.is_empty(), "the money goes back, so nobody is told that the order is paid");
    let order = store.show(order_id).await;
    assert_eq!((&order["status"], &order["is_paid"]), (&json!("cancellation_requested"), &json!(true)));
    let (amount, currency) = ("11.50".parse().unwrap(), "CAD".parse().unwrap());
    store
        .deliver_from_payments(order_id, &PaymentRefunded { order_id, payment_id: 70, amount, currency })
        .await
        .unwrap();
    assert_eq!(store.settle().await, WAY_BACK);
    assert_cancelled(&store, order_id, product_id).await;
    assert_eq!(store.saga(order_id).await, saga);
    store.finish().await;
}

#[tokio::test]
async fn after_payment() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    store.deliver_from_payments(order_id, &payment_succeeded(order_id)).await.unwrap();
    store.settle().await;
    cancel(&store, order_id).await;
    let (amount, currency) = ("11.50".parse().unwrap(), "CAD".parse().unwrap());
    store
        .deliver_from_payments(order_id, &PaymentRefunded { order_id, payment_id: 70, amount, currency })
        .await
        .unwrap();
    assert_eq!(store.settle().await, WAY_BACK);
    assert_cancelled(&store, order_id, product_id).await;
    store.finish().await;
}

#[tokio::test]
async fn while_the_payment_expires_there_is_one_saga_with_one_end() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    let saga = cancel(&store, order_id).await;
    store.deliver(envelope(&PaymentExpired { order_id, payment_id: 70 }, Uuid::now_v7())).await.unwrap();
    let increased = store.take_outbox().await;
    assert!(increased.iter().all(|event| event.correlation_id == saga));
    for event in increased {
        store.deliver(event).await.unwrap();
    }
    assert_eq!(store.settle().await, ["OrderCancelled", "SagaCompleted"]);
    assert_cancelled(&store, order_id, product_id).await;
    store.finish().await;
}

#[tokio::test]
async fn twice_and_after_the_end_changes_nothing_and_says_so() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    cancel(&store, order_id).await;
    let again = store.delete(&format!("/orders/{order_id}")).await;
    assert_eq!((again.status, &again.body["deleted"]), (200, &json!(false)));
    assert_eq!(again.body["status"], "cancellation_requested");
    assert!(again.body["message"].as_str().unwrap().contains("being cancelled already"));
    store.deliver_from_payments(order_id, &PaymentVoided { order_id, payment_id: 70 }).await.unwrap();
    assert_eq!(store.settle().await, WAY_BACK);
    let after = store.delete(&format!("/orders/{order_id}")).await;
    assert_eq!(
        (after.status, &after.body["deleted"], &after.body["status"]),
        (200, &json!(false), &json!("cancelled"))
    );
    assert!(after.body["message"].as_str().unwrap().contains("cancelled already"));
    let french =
        store.send_with(Method::DELETE, &format!("/orders/{order_id}"), &[("accept-language", "fr")], "").await;
    assert_eq!(french.body["message"], "La commande est déjà annulée\u{202f}; rien n'a été supprimé");
    assert_cancelled(&store, order_id, product_id).await;
    store.finish().await;
}
