//! Orders that cannot be, and what of them is mended.

use serde_json::{Value, json};
use tests::{Store, order_body};

use super::{refuses_fields, unknown_ids};

#[tokio::test]
async fn orders_that_cannot_be() {
    let store = Store::start().await;
    let api = &store.store_manager.api;
    let (user, lamp, chair) =
        (store.user().await, store.product(10.0, 50).await, store.product(9_999_999.99, 50).await);
    let before = store.fingerprint().await;
    let good = order_body(user, &[(lamp, 1)]);
    let item = |quantity: Value| json!([{"product_id": lamp, "quantity": quantity}]);
    let many: Vec<Value> = (1..=501).map(|id| json!({"product_id": id, "quantity": 1})).collect();
    let wrong = [
        ("items", item(json!(0))),
        ("items", item(json!(-1))),
        ("items", item(json!(10_001))),
        ("items", item(json!(4_294_967_296_u64))),
        ("items", item(json!(1e300))),
        ("items", item(json!("2"))),
        ("items", item(json!(1.5))),
        ("items", item(json!(null))),
        ("items", json!([])),
        ("items", json!({})),
        ("items", json!([7])),
        ("items", json!([{"product_id": lamp}])),
        ("items", json!([{"quantity": 1}])),
        ("items", json!(many)),
        ("items", json!([{"product_id": lamp, "quantity": 10_000}, {"product_id": lamp, "quantity": 1}])),
        ("items", json!([{"product_id": "x", "quantity": 1}])),
        ("user_id", json!("x")),
        ("user_id", json!(-1)),
        ("user_id", json!(null)),
    ];
    refuses_fields(api, "/orders", &good, &wrong).await;
    api.post("/orders", &order_body(user, &[(chair, 10_000)])).await.expect_problem(422, "total-too-large");
    unknown_ids(api, "/orders", "order-not-found").await;
    api.get("/orders?status=lost").await.expect_problem(400, "invalid-query");
    api.get("/orders?user_id=x").await.expect_problem(400, "invalid-query");
    api.delete("/orders/x").await.expect_problem(400, "invalid-id");
    api.delete("/orders/999999").await.expect_problem(404, "order-not-found");
    assert_eq!(store.fingerprint().await, before);

    // A product twice is one item.
    let placed = api.post("/orders", &order_body(user, &[(lamp, 1), (lamp, 2)])).await;
    let location = placed.header("location").to_owned();
    let order = placed.expect(201)["order_id"].as_u64().unwrap();
    assert_eq!(location, format!("orders/{order}"));
    let shown = store.until_ended(order, "awaiting_payment").await;
    assert_eq!(shown["items"].as_array().unwrap().len(), 1);
    assert_eq!((&shown["items"][0]["quantity"], shown["total_amount"].to_string().as_str()), (&json!(3), "30.0"));
    // Fields that nobody knows are passed over.
    let mut more = order_body(user, &[(lamp, 1)]);
    more["coupon"] = json!("FREE");
    api.post("/orders", &more).await.expect(201);
    // The price of an order is that of its moment, and the number on the wire has two decimals.
    let raw = api.get(&format!("/orders/{order}")).await.text;
    assert!(raw.contains("\"total_amount\":30.00"), "{raw}");
    store.finish().await;
}
