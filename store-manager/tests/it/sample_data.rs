//! `--sample-data`.

use serde_json::json;
use store_manager::sample_data::load_once;

use crate::fixture::Store;

#[tokio::test]
async fn two_instances_that_start_at_once_load_it_once() {
    let store = Store::start().await;
    let (first, second) = tokio::join!(load_once(&store.transactions), load_once(&store.transactions));
    first.unwrap();
    second.unwrap();
    load_once(&store.transactions).await.unwrap();
    assert_eq!(store.count("SELECT COUNT(*) FROM users").await, 3);
    assert_eq!(store.settle().await, ["ProductCreated", "StockLevelSet"].repeat(4));
    let products = store.get("/products").await;
    assert_eq!(products.body["items"].as_array().unwrap().len(), 4);
    assert!(products.text.contains(r#"{"id":1,"name":"Laptop ABC","sku":"LP12567","price":1999.99}"#));
    assert!(products.text.contains(r#"{"id":4,"name":"27-inch Screen WYZ","sku":"SC27289","price":299.75}"#));
    for (product_id, level) in [(1, 1000), (2, 500), (3, 2), (4, 90)] {
        assert_eq!(store.level(product_id).await, level);
    }
    store.finish().await;
}

#[tokio::test]
async fn a_store_with_users_gets_none() {
    let store = Store::start().await;
    store.user().await;
    load_once(&store.transactions).await.unwrap();
    assert_eq!(store.get("/products").await.body["items"], json!([]));
    store.finish().await;
}
