//! `POST /payments`: a client asks directly, once or many times.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::{BLOCKED_USER, Service, decreased};

fn body(order_id: u64, user_id: u64, total_amount: f64) -> Value {
    json!({"order_id": order_id, "user_id": user_id, "total_amount": total_amount})
}

#[tokio::test]
async fn the_same_request_makes_one_payment() {
    let service = Service::start().await;
    let first = service.post("/payments", &body(7, 1, 12.5)).await;
    assert_eq!(first.status, 201);
    let id = first.body["payment_id"].as_u64().unwrap();
    assert_eq!(first.location, Some(format!("payments/{id}")));
    assert_eq!(first.body, json!({"payment_id": id, "order_id": 7, "status": "open"}));
    let second = service.post("/payments", &body(7, 1, 12.5)).await;
    assert_eq!((second.status, second.body), (200, first.body));
    assert_eq!(service.get(&format!("/payments/{id}")).await.body["currency"], "CAD");
    service.finish().await;
}

#[tokio::test]
async fn an_order_has_one_payment_whoever_asks_for_another() {
    let service = Service::start().await;
    let id = service.pay_directly(7, 1, 12.5).await;
    for other in [body(7, 1, 12.51), body(7, 2, 12.5)] {
        let answer = service.post("/payments", &other).await;
        assert_eq!((answer.problem(), &answer.body["payment_id"]), ((409, "payment-differs"), &json!(id)));
    }
    service.finish().await;
}

#[tokio::test]
async fn a_client_finds_the_payment_that_the_saga_made() {
    let service = Service::start().await;
    let id = service.saga_payment(Uuid::now_v7(), 7).await;
    let answer = service.post("/payments", &body(7, 1, 12.5)).await;
    assert_eq!((answer.status, &answer.body["payment_id"]), (200, &json!(id)));
    service.finish().await;
}

#[tokio::test]
async fn what_must_not_be_paid_is_refused_and_leaves_no_row() {
    let service = Service::start().await;
    let above = service.post("/payments", &body(7, 1, 50_000.01)).await;
    assert_eq!((above.problem(), &above.body["field"]), ((422, "payment-not-allowed"), &json!("total_amount")));
    let blocked = service.post("/payments", &body(7, BLOCKED_USER, 1.0)).await;
    assert_eq!((blocked.problem(), &blocked.body["field"]), ((422, "payment-not-allowed"), &json!("user_id")));
    // An order that was cancelled before its stock was taken, and one that was refused.
    service.deliver_cancellation(Uuid::now_v7(), 8).await.unwrap();
    service.deliver_stock_decreased(Uuid::now_v7(), decreased(9, BLOCKED_USER, "1.00")).await.unwrap();
    service.take_events().await;
    for order_id in [8, 9] {
        let refused = service.post("/payments", &body(order_id, 1, 1.0)).await;
        assert_eq!(refused.problem(), (409, "payment-refused"));
    }
    assert_eq!(service.count("SELECT COUNT(*) FROM payments").await, 0);
    service.finish().await;
}

#[tokio::test]
async fn wrong_bodies_are_422_and_name_the_field() {
    let service = Service::start().await;
    let wrong = |field: &str, value: &str| {
        let mut fields = [("order_id", "7"), ("user_id", "1"), ("total_amount", "12.50")];
        for (name, text) in &mut fields {
            if *name == field {
                *text = value;
            }
        }
        let fields = fields.map(|(name, text)| format!("\"{name}\":{text}"));
        format!("{{{}}}", fields.join(","))
    };
    for (field, value) in [
        ("order_id", "0"),
        ("order_id", "-1"),
        ("order_id", "1.5"),
        ("order_id", "\"7\""),
        ("user_id", "0"),
        ("user_id", "null"),
        ("total_amount", "0"),
        ("total_amount", "0.00"),
        ("total_amount", "-1"),
        ("total_amount", "12.505"),
        ("total_amount", "1e3"),
        ("total_amount", "10000000000"),
        ("total_amount", "\"12.50\""),
        ("total_amount", "[]"),
    ] {
        let answer = service.post_raw("/payments", "application/json", wrong(field, value)).await;
        assert_eq!(answer.problem(), (422, "invalid-body"), "{field} {value}");
        assert_eq!(answer.body["field"], field, "{field} {value}: {}", answer.body);
    }
    let missing = service.post("/payments", &json!({"order_id": 7, "user_id": 1})).await;
    assert_eq!((missing.problem(), &missing.body["field"]), ((422, "invalid-body"), &json!("total_amount")));
    let unknown = json!({"order_id": 7, "user_id": 1, "total_amount": 12.5, "colour": "red"});
    assert_eq!(service.post("/payments", &unknown).await.status, 201);
    service.finish().await;
}
