//! Payments that cannot be.

use serde_json::json;
use tests::{GOOD_CARD, Store, card_body};

use super::{refuses_fields, unknown_ids};

#[tokio::test]
async fn payments_that_cannot_be() {
    let store = Store::start().await;
    let api = &store.payment_service.api;
    let before = store.fingerprint().await;
    let good = json!({"order_id": 7, "user_id": 1, "total_amount": 12.5});
    let wrong = [
        ("total_amount", json!(0)),
        ("total_amount", json!(-1)),
        ("total_amount", json!(12.345)),
        ("total_amount", json!("12.50")),
        ("total_amount", json!(1e12)),
        ("order_id", json!(0)),
        ("order_id", json!(-1)),
        ("order_id", json!("7")),
        ("user_id", json!(0)),
        ("user_id", json!(null)),
    ];
    refuses_fields(api, "/payments", &good, &wrong).await;
    api.post("/payments", &json!({"order_id": 7, "user_id": 1, "total_amount": 50_000.01}))
        .await
        .expect_problem(422, "payment-not-allowed");
    unknown_ids(api, "/payments", "payment-not-found").await;
    api.post("/payments/process/x", &card_body(GOOD_CARD)).await.expect_problem(400, "invalid-id");
    api.post("/payments/process/999999", &card_body(GOOD_CARD)).await.expect_problem(404, "payment-not-found");
    api.get("/payments?order_id=x").await.expect_problem(400, "invalid-query");
    assert_eq!(store.fingerprint().await, before);
    store.finish().await;
}
