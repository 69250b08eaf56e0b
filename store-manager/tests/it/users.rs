//! `/users`.

use serde_json::json;

use crate::fixture::Store;

#[tokio::test]
async fn a_user_is_created_read_and_deleted() {
    let store = Store::start().await;
    let created = store.post("/users", &json!({"name": " Ada Lovelace ", "email": "Ada@example.org"})).await;
    assert_eq!((created.status, created.location.as_deref()), (201, Some("users/1")));
    assert_eq!(created.body, json!({"user_id": 1}));
    let read = store.get("/users/1").await;
    assert_eq!((read.status, read.text.as_str()), (200, r#"{"id":1,"name":"Ada Lovelace","email":"Ada@example.org"}"#));
    let deleted = store.delete("/users/1").await;
    assert_eq!((deleted.status, deleted.body), (200, json!({"deleted": true})));
    assert_eq!(store.get("/users/1").await.problem(), (404, "user-not-found"));
    assert_eq!(store.delete("/users/1").await.problem(), (404, "user-not-found"));
    store.finish().await;
}

#[tokio::test]
async fn a_mail_address_belongs_to_one_user_whatever_its_case() {
    let store = Store::start().await;
    store.post("/users", &json!({"name": "Ada", "email": "ada@example.org"})).await;
    let taken = store.post("/users", &json!({"name": "Eve", "email": "ADA@example.org"})).await;
    assert_eq!(taken.problem(), (409, "email-taken"));
    assert_eq!(store.count("SELECT COUNT(*) FROM users").await, 1);
    store.finish().await;
}

#[tokio::test]
async fn a_user_with_orders_stays() {
    let store = Store::start().await;
    let product_id = store.product(5).await;
    let order_id = store.order(&[(product_id, 1)]).await;
    let user_id = &store.show(order_id).await["user_id"];
    assert_eq!(store.delete(&format!("/users/{user_id}")).await.problem(), (409, "user-in-use"));
    assert_eq!(store.get(&format!("/users/{user_id}")).await.status, 200);
    store.settle().await;
    store.finish().await;
}
