//! What a client may get wrong: each has its status and its problem, and leaves no row behind.

use axum::http::Method;
use serde_json::json;
use shared_events::ProductCreated;

use crate::fixture::{Store, order_body};

/// Bodies, and the field that each is refused for.
async fn refuse_fields(store: &Store, uri: &str, cases: &[(&str, &str)]) {
    for (body, field) in cases {
        let refused = store.send(Method::POST, uri, (*body).to_owned()).await;
        assert_eq!(refused.problem(), (422, "invalid-body"), "{uri} {body}");
        assert_eq!(refused.body["field"], *field, "{uri} {body}");
    }
}

#[tokio::test]
async fn malformed_json_is_400_everywhere() {
    let store = Store::start().await;
    for uri in ["/users", "/products", "/stocks", "/orders"] {
        for body in ["", "{", "nonsense", r#"{"colour":1,}"#] {
            assert_eq!(store.send(Method::POST, uri, body).await.problem(), (400, "malformed-json"), "{uri} {body}");
        }
    }
    store.finish().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let store = Store::start().await;
    let items = vec![(1, 1); 5_000];
    assert_eq!(store.post("/orders", &order_body(1, &items)).await.problem(), (413, "body-too-large"));
    store.finish().await;
}

#[tokio::test]
async fn a_wrong_user_or_product_names_its_field() {
    let store = Store::start().await;
    refuse_fields(
        &store,
        "/users",
        &[
            (r#"{"email":"ada@example.org"}"#, "name"),
            (r#"{"name":" ","email":"ada@example.org"}"#, "name"),
            (r#"{"name":7,"email":"ada@example.org"}"#, "name"),
            (r#"{"name":"Ada","email":"ada"}"#, "email"),
            (r#"{"name":"Ada","email":null}"#, "email"),
            (r#"["Ada","ada@example.org"]"#, "(body)"),
        ],
    )
    .await;
    refuse_fields(
        &store,
        "/products",
        &[
            (r#"{"name":"","sku":"A","price":1}"#, "name"),
            (r#"{"name":"Gadget","sku":" ","price":1}"#, "sku"),
            (r#"{"name":"Gadget","sku":"A"}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":"1.00"}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":5.755}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":-1}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":0}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":10000000}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":1e99}"#, "price"),
            (r#"{"name":"Gadget","sku":"A","price":[1]}"#, "price"),
        ],
    )
    .await;
    assert_eq!(store.count("SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM products)").await, 0);
    store.finish().await;
}

#[tokio::test]
async fn a_wrong_level_names_its_field_and_an_unknown_product_is_404() {
    let store = Store::start().await;
    let product_id = store.product(3).await;
    refuse_fields(
        &store,
        "/stocks",
        &[
            (r#"{"product_id":1,"quantity":-1}"#, "quantity"),
            (r#"{"product_id":1,"quantity":1000000001}"#, "quantity"),
            (r#"{"product_id":1,"quantity":99999999999999999999}"#, "quantity"),
            (r#"{"product_id":1,"quantity":1.5}"#, "quantity"),
            (r#"{"product_id":"1","quantity":1}"#, "product_id"),
            (r#"{"quantity":1}"#, "product_id"),
        ],
    )
    .await;
    let unknown = store.post("/stocks", &json!({"product_id": 999, "quantity": 1})).await;
    assert_eq!(unknown.problem(), (404, "product-not-found"));
    assert_eq!(store.level(product_id).await, 3);
    store.finish().await;
}

#[tokio::test]
async fn a_wrong_order_names_its_field() {
    let store = Store::start().await;
    refuse_fields(
        &store,
        "/orders",
        &[
            (r#"{"items":[{"product_id":1,"quantity":1}]}"#, "user_id"),
            (r#"{"user_id":1}"#, "items"),
            (r#"{"user_id":1,"items":[]}"#, "items"),
            (r#"{"user_id":1,"items":{}}"#, "items"),
            ("[1,[[1,2]]]", "(body)"),
            (r#"{"user_id":1,"items":[[1,2]]}"#, "items[0]"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":0}]}"#, "items"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":10001}]}"#, "items"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":9999},{"product_id":1,"quantity":2}]}"#, "items"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":-1}]}"#, "items[0].quantity"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":99999999999}]}"#, "items[0].quantity"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":"2"}]}"#, "items[0].quantity"),
            (r#"{"user_id":1,"items":[{"quantity":1}]}"#, "items[0].product_id"),
            (r#"{"user_id":-1,"items":[{"product_id":1,"quantity":1}]}"#, "user_id"),
        ],
    )
    .await;
    let many: Vec<(u64, u32)> = (1..=501).map(|id| (id, 1)).collect();
    assert_eq!(store.post("/orders", &order_body(1, &many)).await.problem(), (422, "invalid-body"));
    store.finish().await;
}

#[tokio::test]
async fn a_total_that_cannot_be_written_down_is_422_and_leaves_nothing() {
    let store = Store::start().await;
    let user_id = store.user().await;
    let mut items = Vec::new();
    for sku in ["A", "B"] {
        let created = store.post("/products", &json!({"name": "Yacht", "sku": sku, "price": 999_999.99})).await;
        items.push((created.body["product_id"].as_u64().unwrap(), 10_000));
        store.take_one::<ProductCreated>().await;
    }
    assert_eq!(store.post("/orders", &order_body(user_id, &items)).await.problem(), (422, "total-too-large"));
    assert_eq!(store.count("SELECT COUNT(*) FROM orders").await, 0);
    store.finish().await;
}

#[tokio::test]
async fn an_id_that_is_no_number_is_400_and_one_that_does_not_exist_404() {
    let store = Store::start().await;
    for (path, slug) in [
        ("/users", "user-not-found"),
        ("/products", "product-not-found"),
        ("/stocks", "product-not-found"),
        ("/orders", "order-not-found"),
    ] {
        for id in ["0", "999", "18446744073709551615"] {
            assert_eq!(store.get(&format!("{path}/{id}")).await.problem(), (404, slug), "{path}/{id}");
        }
        assert_eq!(store.get(&format!("{path}/seven")).await.problem(), (400, "invalid-id"));
        if path != "/stocks" {
            assert_eq!(store.delete(&format!("{path}/999")).await.problem(), (404, slug));
        }
    }
    assert_eq!(store.get("/orders/999/timeline").await.problem(), (404, "order-not-found"));
    assert_eq!(store.get("/order").await.problem(), (404, "no-such-route"));
    assert_eq!(store.delete("/stocks/1").await.problem(), (405, "method-not-allowed"));
    store.finish().await;
}
