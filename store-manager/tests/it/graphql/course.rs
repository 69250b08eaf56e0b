//! The course's clients get what they know.

use serde_json::{Value, json};

use crate::fixture::Store;

const PRODUCT: &str = "query($id: String!) { product(id: $id) { id name sku price quantity } }";

async fn ask(store: &Store, query: &str, variables: Value) -> Value {
    let answer = store.post("/stocks/graphql-query", &json!({"query": query, "variables": variables})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[tokio::test]
async fn a_product_with_its_stock_and_its_exact_price() {
    let store = Store::start().await;
    let made = store.post("/products", &json!({"name": "Laptop", "sku": "LP1", "price": 1999.99})).await;
    let id = made.body["product_id"].as_u64().unwrap();
    store.post("/stocks", &json!({"product_id": id, "quantity": 12})).await;
    store.settle().await;
    let answer =
        store.post("/stocks/graphql-query", &json!({"query": PRODUCT, "variables": {"id": id.to_string()}})).await;
    let product = json!({"id": id, "name": "Laptop", "sku": "LP1", "price": 1999.99, "quantity": 12});
    assert_eq!(answer.body, json!({"data": {"product": product}}));
    assert!(answer.text.contains("\"price\":1999.99,"), "{}", answer.text);
    let level = format!("{{ stockLevel(productId: \"{id}\") }}");
    assert_eq!(ask(&store, &level, Value::Null).await, json!({"data": {"stockLevel": 12}}));
    store.finish().await;
}

#[tokio::test]
async fn what_names_no_product_is_null_and_its_level_0_without_an_error() {
    let store = Store::start().await;
    for id in ["999", "abc", "", "-1", "18446744073709551616"] {
        assert_eq!(ask(&store, PRODUCT, json!({"id": id})).await, json!({"data": {"product": null}}), "{id:?}");
        let level = "query($id: String!) { stockLevel(productId: $id) }";
        assert_eq!(ask(&store, level, json!({"id": id})).await, json!({"data": {"stockLevel": 0}}), "{id:?}");
    }
    store.finish().await;
}

#[tokio::test]
async fn the_body_may_have_the_query_alone() {
    let store = Store::start().await;
    let answer = store.post("/stocks/graphql-query", &json!({"query": "{ __typename }"})).await;
    assert_eq!((answer.status, answer.body), (200, json!({"data": {"__typename": "Query"}})));
    store.finish().await;
}
