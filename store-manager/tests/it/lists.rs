//! Lists: pages, filters, and what stands in them.

use serde_json::{Value, json};
use shared_events::ProductCreated;

use crate::fixture::Store;

fn ids(list: &Value, member: &str) -> Vec<u64> {
    list["items"].as_array().unwrap().iter().map(|item| item[member].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn users_and_products_are_listed_in_pages_and_found_by_mail_and_code() {
    let store = Store::start().await;
    for name in ["ada", "alan", "eve"] {
        store.post("/users", &json!({"name": name, "email": format!("{name}@example.org")})).await;
        store.post("/products", &json!({"name": name, "sku": name, "price": 1})).await;
        store.take_one::<ProductCreated>().await;
    }
    for path in ["/users", "/products"] {
        let first = store.get(&format!("{path}?limit=2")).await.body;
        assert_eq!((ids(&first, "id"), &first["next"]), (vec![1, 2], &json!("?after=2&limit=2")));
        let last = store.get(&format!("{path}{}", first["next"].as_str().unwrap())).await.body;
        assert_eq!((ids(&last, "id"), &last["next"]), (vec![3], &json!(null)));
    }
    assert_eq!(ids(&store.get("/users?email=alan%40example.org").await.body, "id"), [2]);
    assert_eq!(ids(&store.get("/users?email=nobody%40example.org").await.body, "id"), [0; 0]);
    assert_eq!(ids(&store.get("/products?sku=eve").await.body, "id"), [3]);
    assert_eq!(store.get("/users?limit=0").await.problem(), (400, "invalid-query"));
    assert_eq!(store.get("/users?limit=201").await.problem(), (400, "invalid-query"));
    store.finish().await;
}

#[tokio::test]
async fn levels_are_listed_by_product() {
    let store = Store::start().await;
    store.product(3).await;
    store.product(4).await;
    let list = store.get("/stocks?after=1").await.body;
    assert_eq!(list, json!({"items": [{"product_id": 2, "quantity": 4}], "next": null}));
    store.finish().await;
}

#[tokio::test]
async fn orders_are_listed_with_their_items_by_user_and_by_status() {
    let store = Store::start().await;
    let (first, second) = (store.product(1).await, store.product(9).await);
    let taken = store.order(&[(first, 1), (second, 2)]).await;
    store.settle().await;
    let cancelled = store.order(&[(first, 1)]).await;
    store.settle().await;
    let all = store.get("/orders").await.body;
    assert_eq!(ids(&all, "id"), [taken, cancelled]);
    assert_eq!(all["items"][0], store.show(taken).await);
    assert_eq!(all["items"][1], store.show(cancelled).await);
    assert_eq!(ids(&store.get("/orders?status=cancelled").await.body, "id"), [cancelled]);
    let of_user = store.get(&format!("/orders?user_id={}&limit=1", all["items"][0]["user_id"])).await.body;
    assert_eq!((ids(&of_user, "id"), &of_user["next"]), (vec![taken], &json!(null)));
    assert_eq!(ids(&store.get("/orders?user_id=999").await.body, "id"), [0; 0]);
    assert_eq!(store.get("/orders?status=lost").await.problem(), (400, "invalid-query"));
    store.finish().await;
}
