//! Editing what others may edit at the same time: entity tags, and what an edit from an old state meets.

use axum::http::Method;
use serde_json::{Value, json};
use shared_events::{ProductChanged, ProductCreated, StockLevelSet};

use crate::fixture::{Answer, Store, order_body};

fn lamp(price: u32) -> Value {
    json!({"name": "Lamp", "sku": "LA1", "price": price})
}

impl Store {
    async fn put(&self, uri: &str, if_match: &[(&str, &str)], body: &Value) -> Answer {
        self.send_with(Method::PUT, uri, if_match, body.to_string()).await
    }

    async fn get_unless(&self, uri: &str, etag: &str) -> Answer {
        self.send_with(Method::GET, uri, &[("if-none-match", etag)], "").await
    }
}

async fn store_with_a_lamp() -> Store {
    let store = Store::start().await;
    assert_eq!(store.post("/products", &lamp(1)).await.status, 201);
    store.take_one::<ProductCreated>().await;
    store
}

#[tokio::test]
async fn a_product_is_changed_by_whoever_knows_its_present_state() {
    let store = store_with_a_lamp().await;
    let read = store.get("/products/1").await;
    let etag = read.header("etag").to_owned();
    let changed = store.put("/products/1", &[("if-match", &etag)], &lamp(2)).await;
    assert_eq!((changed.status, changed.text.as_str()), (200, r#"{"id":1,"name":"Lamp","sku":"LA1","price":2.00}"#));
    let (_, told) = store.take_one::<ProductChanged>().await;
    let (name, sku, price) = ("Lamp".to_owned(), "LA1".to_owned(), "2.00".parse().unwrap());
    assert_eq!(told, ProductChanged { product_id: 1, name, sku, price, version: 2 });
    let again = store.get("/products/1").await;
    assert_eq!((again.text, again.headers["etag"].clone()), (changed.text.clone(), changed.headers["etag"].clone()));

    // From the old state: refused, with the present one, and nothing is written.
    let late = store.put("/products/1", &[("if-match", &etag)], &lamp(3)).await;
    assert_eq!(late.problem(), (412, "precondition-failed"));
    assert_eq!((late.header("etag"), &late.body["etag"]), (changed.header("etag"), &json!(changed.header("etag"))));
    assert_eq!(store.get("/products/1").await.body["price"], json!(2.0));

    // The same edit again, as after a lost answer: done already, so no harm and no second event.
    let repeated = store.put("/products/1", &[("if-match", &etag)], &lamp(2)).await;
    assert_eq!((repeated.status, repeated.header("etag")), (200, changed.header("etag")));

    // Without the header it is unconditional.
    assert_eq!(store.put("/products/1", &[], &lamp(4)).await.header("etag"), "\"3\"");
    store.take_one::<ProductChanged>().await;
    store.finish().await;
}

#[tokio::test]
async fn of_two_edits_from_one_state_one_takes_effect() {
    let store = store_with_a_lamp().await;
    for round in 0..10 {
        let etag = store.get("/products/1").await.header("etag").to_owned();
        let if_match = [("if-match", etag.as_str())];
        let (one, other) = (lamp(100 + round), lamp(200 + round));
        let (one, other) =
            tokio::join!(store.put("/products/1", &if_match, &one), store.put("/products/1", &if_match, &other));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{one:?} {other:?}");
        store.take_one::<ProductChanged>().await;
    }
    assert_eq!(store.get("/products/1").await.header("etag"), "\"11\"");
    store.finish().await;
}

#[tokio::test]
async fn an_edit_is_checked_like_a_creation() {
    let store = store_with_a_lamp().await;
    store.post("/products", &json!({"name": "Chair", "sku": "CH1", "price": 1})).await;
    store.take_one::<ProductCreated>().await;
    assert_eq!(store.put("/products/2", &[], &lamp(1)).await.problem(), (409, "sku-taken"));
    assert_eq!(store.put("/products/9", &[], &lamp(1)).await.problem(), (404, "product-not-found"));
    let refused = store.put("/products/1", &[], &json!({"name": "", "sku": "LA1", "price": 1})).await;
    assert_eq!((refused.problem(), &refused.body["field"]), ((422, "invalid-body"), &json!("name")));
    let refused = store.put("/products/1", &[], &json!({"price": 1})).await;
    assert_eq!((refused.problem(), &refused.body["field"]), ((422, "invalid-body"), &json!("name")));
    assert_eq!(store.get("/products/1").await.header("etag"), "\"1\"");
    store.finish().await;
}

#[tokio::test]
async fn an_order_keeps_its_total_when_a_price_changes() {
    let store = store_with_a_lamp().await;
    store.post("/stocks", &json!({"product_id": 1, "quantity": 5})).await;
    store.take_one::<StockLevelSet>().await;
    let order = store.order(&[(1, 2)]).await;
    store.settle().await;
    store.put("/products/1", &[], &lamp(9)).await;
    store.take_one::<ProductChanged>().await;
    assert_eq!(store.show(order).await["total_amount"], json!(2.0));
    store.finish().await;
}

#[tokio::test]
async fn a_product_is_deleted_only_in_the_state_that_was_read() {
    let store = store_with_a_lamp().await;
    store.put("/products/1", &[], &lamp(2)).await;
    store.take_one::<ProductChanged>().await;
    let late = store.send_with(Method::DELETE, "/products/1", &[("if-match", "\"1\"")], "").await;
    assert_eq!(late.problem(), (412, "precondition-failed"));
    let deleted = store.send_with(Method::DELETE, "/products/1", &[("if-match", "\"2\"")], "").await;
    assert_eq!(deleted.status, 200);
    store.take_outbox().await;
    store.finish().await;
}

#[tokio::test]
async fn a_user_is_deleted_only_in_the_state_that_was_read() {
    let store = Store::start().await;
    store.user().await;
    let etag = store.get("/users/1").await.header("etag").to_owned();
    for other in ["\"1\"", "\"0123456789abcdef0123456789abcdef\"", &format!("W/{etag}")] {
        let late = store.send_with(Method::DELETE, "/users/1", &[("if-match", other)], "").await;
        assert_eq!(late.problem(), (412, "precondition-failed"), "{other}");
        assert_eq!((late.header("etag"), &late.body["etag"]), (etag.as_str(), &json!(etag)));
    }
    assert_eq!(store.get("/users/1").await.status, 200);
    let several = format!("\"1\", {etag}");
    let deleted = store.send_with(Method::DELETE, "/users/1", &[("if-match", &several)], "").await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
    let gone = store.send_with(Method::DELETE, "/users/1", &[("if-match", "*")], "").await;
    assert_eq!(gone.problem(), (404, "user-not-found"));
    store.finish().await;
}

#[tokio::test]
async fn an_order_is_cancelled_only_in_the_state_that_was_read() {
    let store = store_with_a_lamp().await;
    store.post("/stocks", &json!({"product_id": 1, "quantity": 5})).await;
    store.take_one::<StockLevelSet>().await;
    let order = format!("/orders/{}", store.order(&[(1, 2)]).await);
    let first = store.get(&order).await.header("etag").to_owned();
    store.settle().await;
    let etag = store.get(&order).await.header("etag").to_owned();
    assert_ne!(first, etag, "its stock was taken");
    let late = store.send_with(Method::DELETE, &order, &[("if-match", &first)], "").await;
    assert_eq!(late.problem(), (412, "precondition-failed"));
    assert_eq!((late.header("etag"), &late.body["etag"]), (etag.as_str(), &json!(etag)));
    assert_eq!(store.get(&order).await.header("etag"), etag);

    let cancelled = store.send_with(Method::DELETE, &order, &[("if-match", &etag)], "").await;
    assert_eq!((cancelled.status, &cancelled.body["deleted"]), (200, &json!(true)));
    // The same again, as after a lost answer: done already, so no harm.
    let repeated = store.send_with(Method::DELETE, &order, &[("if-match", &etag)], "").await;
    assert_eq!((repeated.status, &repeated.body["deleted"]), (200, &json!(false)));
    store.settle().await;
    store.finish().await;
}

#[tokio::test]
async fn a_level_is_set_by_whoever_knows_the_present_one() {
    let store = store_with_a_lamp().await;
    let etag = store.get("/stocks/1").await.header("etag").to_owned();
    let body = json!({"product_id": 1, "quantity": 5}).to_string();
    let set = store.send_with(Method::POST, "/stocks", &[("if-match", &etag)], body.clone()).await;
    assert_eq!((set.status, set.location.as_deref()), (201, Some("stocks/1")));
    store.take_one::<StockLevelSet>().await;
    assert_eq!(store.get("/stocks/1").await.header("etag"), set.header("etag"));
    let late = store.send_with(Method::POST, "/stocks", &[("if-match", &etag)], body).await;
    assert_eq!((late.problem(), late.header("etag")), ((412, "precondition-failed"), set.header("etag")));
    assert_eq!(store.level(1).await, 5);
    store.finish().await;
}

#[tokio::test]
async fn whoever_has_the_present_state_is_spared_the_body_until_it_changes() {
    let store = store_with_a_lamp().await;
    store.post("/stocks", &json!({"product_id": 1, "quantity": 5})).await;
    store.take_one::<StockLevelSet>().await;
    let user = store.user().await;
    let order = store.post("/orders", &order_body(user, &[(1, 1)])).await;
    let order = format!("/orders/{}", order.body["order_id"]);
    for uri in ["/products/1", "/stocks/1", "/users/1", &order] {
        let etag = store.get(uri).await.header("etag").to_owned();
        let same = store.get_unless(uri, &etag).await;
        assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", etag.as_str()), "{uri}");
    }
    let (stock, order_tag) = (store.get("/stocks/1").await, store.get(&order).await);
    store.settle().await;
    for (uri, old) in [("/stocks/1", stock), (order.as_str(), order_tag)] {
        assert_eq!(store.get_unless(uri, old.header("etag")).await.status, 200, "{uri}");
    }
    store.finish().await;
}
