//! `GET /orders/{id}/timeline`.

use serde_json::{Value, json};
use shared_events::PaymentVoided;

use crate::fixture::{Store, payment_created};

async fn timeline(store: &Store, order_id: u64) -> Value {
    let answer = store.get(&format!("/orders/{order_id}/timeline")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn types(timeline: &Value) -> Vec<&str> {
    timeline["events"].as_array().unwrap().iter().map(|event| event["event_type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn it_tells_what_happened_when_by_whom_and_what_is_still_to_come() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    let before = timeline(&store, order_id).await;
    assert_eq!(before["events"], json!([]));
    assert_eq!(before["steps_to_come"], json!(["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"]));

    store.settle().await;
    let during = timeline(&store, order_id).await;
    assert_eq!((&during["order_id"], &during["status"]), (&json!(order_id), &json!("creating_payment")));
    assert_eq!(types(&during), ["OrderCreated", "StockDecreased"]);
    assert_eq!(during["steps_to_come"], json!(["PaymentCreated", "SagaCompleted"]));

    store.deliver_from_payments(order_id, &payment_created(order_id)).await.unwrap();
    store.settle().await;
    let after = timeline(&store, order_id).await;
    assert_eq!(types(&after), ["OrderCreated", "StockDecreased", "PaymentCreated", "SagaCompleted"]);
    assert_eq!(after["steps_to_come"], json!([]));
    let event = &after["events"][2];
    assert_eq!((&event["service_name"], &event["data"]["payment_id"]), (&json!("payment-service"), &json!(70)));
    for member in ["event_id", "occurred_at", "recorded_at", "correlation_id"] {
        assert!(event[member].is_string(), "{member}");
    }
    assert_eq!(event["causation_id"], json!(null));
    store.finish().await;
}

#[tokio::test]
async fn it_tells_the_way_back_of_a_cancellation() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order_with_payment(&[(product_id, 2)]).await;
    store.delete(&format!("/orders/{order_id}")).await;
    let way_back =
        json!(["OrderCancellationRequested", "PaymentVoided", "StockIncreased", "OrderCancelled", "SagaCompleted"]);
    assert_eq!(timeline(&store, order_id).await["steps_to_come"], way_back);
    store.settle().await;
    store.deliver_from_payments(order_id, &PaymentVoided { order_id, payment_id: 70 }).await.unwrap();
    let steps = json!(["StockIncreased", "OrderCancelled", "SagaCompleted"]);
    assert_eq!(timeline(&store, order_id).await["steps_to_come"], steps);
    store.settle().await;
    let after = timeline(&store, order_id).await;
    assert_eq!((types(&after).len(), &after["steps_to_come"]), (9, &json!([])));
    store.finish().await;
}

#[tokio::test]
async fn money_in_it_has_its_two_decimals() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 2)]).await;
    store.settle().await;
    let text = store.get(&format!("/orders/{order_id}/timeline")).await.text;
    assert!(text.contains(r#""total_amount":11.50"#), "{text}");
    store.finish().await;
}
