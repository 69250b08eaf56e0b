//! Products by id, by code, by text and by level, and what moved their stock.

use serde_json::json;

use super::{code, data};
use crate::fixture::Store;

#[tokio::test]
async fn a_product_with_its_price_in_its_currency() {
    let store = Store::start().await;
    let id = store.product(9).await;
    let query = "query($id: ID!) { product(id: $id) { id name price { amount currency } quantity } }";
    let product = json!({"id": id.to_string(), "name": "Gadget", "quantity": 9,
                         "price": {"amount": "5.75", "currency": "CAD"}});
    assert_eq!(data(&store, query, json!({"id": id})).await, json!({"product": product}));
    for id in ["999", "no-number"] {
        assert_eq!(data(&store, query, json!({"id": id})).await, json!({"product": null}));
    }
    store.finish().await;
}

#[tokio::test]
async fn a_list_keeps_the_order_of_its_ids_and_null_stands_for_what_does_not_exist() {
    let store = Store::start().await;
    let (first, second) = (store.product(1).await, store.product(2).await);
    let query = "query($ids: [ID!]!) { products(ids: $ids) { quantity } }";
    let answer = data(&store, query, json!({"ids": [second, 999, first, "x", second]})).await;
    let two = json!({"quantity": 2});
    assert_eq!(answer, json!({"products": [two, null, {"quantity": 1}, null, two]}));
    let too_many: Vec<u64> = (1..=101).collect();
    assert_eq!(code(&super::ask(&store, query, json!({"ids": too_many})).await), "invalid-argument");
    store.finish().await;
}

#[tokio::test]
async fn a_product_by_its_code() {
    let store = Store::start().await;
    store.post("/products", &json!({"name": "Lamp", "sku": "LAMP-1", "price": 10})).await;
    store.settle().await;
    let query = "query($sku: String!) { productBySku(sku: $sku) { name } }";
    assert_eq!(data(&store, query, json!({"sku": "LAMP-1"})).await, json!({"productBySku": {"name": "Lamp"}}));
    assert_eq!(data(&store, query, json!({"sku": "LAMP-2"})).await, json!({"productBySku": null}));
    store.finish().await;
}

#[tokio::test]
async fn several_fields_of_single_products_are_answered_each_with_its_own() {
    let store = Store::start().await;
    let (first, second) = (store.product(1).await, store.product(2).await);
    let query = format!(
        "{{ a: product(id: \"{first}\") {{ quantity }} b: product(id: \"{second}\") {{ quantity }} \
                         c: product(id: \"999\") {{ quantity }} }}"
    );
    let answer = data(&store, &query, json!(null)).await;
    assert_eq!(answer, json!({"a": {"quantity": 1}, "b": {"quantity": 2}, "c": null}));
    store.finish().await;
}

#[tokio::test]
async fn the_movements_of_a_product_are_its_ledger_newest_first() {
    let store = Store::start().await;
    let id = store.product(9).await;
    let order = store.order(&[(id, 2)]).await;
    store.settle().await;
    store.post("/stocks", &json!({"product_id": id, "quantity": 4})).await;
    store.settle().await;
    let query =
        "query($id: ID!, $first: Int, $after: String) { product(id: $id) { movements(first: $first, after: $after) {
        nodes { kind delta levelAfter version orderId } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    let page = data(&store, query, json!({"id": id, "first": 2})).await["product"]["movements"].take();
    assert_eq!(
        page["nodes"],
        json!([
            {"kind": "SET", "delta": -3, "levelAfter": 4, "version": 3, "orderId": null},
            {"kind": "TAKE", "delta": -2, "levelAfter": 7, "version": 2, "orderId": order.to_string()},
        ])
    );
    assert_eq!((&page["pageInfo"]["hasNextPage"], &page["pageInfo"]["hasPreviousPage"]), (&json!(true), &json!(false)));
    let after = &page["pageInfo"]["endCursor"];
    let rest = data(&store, query, json!({"id": id, "first": 2, "after": after})).await["product"]["movements"].take();
    assert_eq!(rest["nodes"], json!([{"kind": "SET", "delta": 9, "levelAfter": 9, "version": 1, "orderId": null}]));
    assert_eq!((&rest["pageInfo"]["hasNextPage"], &rest["pageInfo"]["hasPreviousPage"]), (&json!(false), &json!(true)));
    store.finish().await;
}

#[tokio::test]
async fn a_product_that_nothing_moved_has_no_movements() {
    let store = Store::start().await;
    let made = store.post("/products", &json!({"name": "Lamp", "sku": "L1", "price": 10})).await;
    store.settle().await;
    let query =
        "query($id: ID!) { product(id: $id) { quantity movements { nodes { version } pageInfo { hasNextPage } } } }";
    let answer = data(&store, query, json!({"id": made.body["product_id"]})).await;
    let movements = json!({"nodes": [], "pageInfo": {"hasNextPage": false}});
    assert_eq!(answer, json!({"product": {"quantity": 0, "movements": movements}}));
    store.finish().await;
}

/// How many statements the pool's only connection has sent, this one among them.
async fn statements(store: &Store) -> i64 {
    let (_, count): (String, String) =
        sqlx::query_as("SHOW SESSION STATUS LIKE 'Questions'").fetch_one(&store.pool).await.unwrap();
    count.parse().unwrap()
}

#[tokio::test]
async fn a_page_of_a_hundred_products_costs_as_many_reads_as_a_page_of_two() {
    let store = Store::with_connections(1).await;
    let mut ids = Vec::new();
    for level in 0..100 {
        ids.push(store.product(level).await);
    }
    let query = "query($ids: [ID!]!) { products(ids: $ids) { name movements(first: 5) { nodes { delta } } } }";
    // Read once, so that every statement is prepared on the connection that is counted.
    data(&store, query, json!({"ids": ids})).await;
    let reads_of = async |count: usize| {
        let before = statements(&store).await;
        let answer = data(&store, query, json!({"ids": ids[..count]})).await;
        assert_eq!(answer["products"].as_array().unwrap().len(), count);
        assert_eq!(answer["products"][1]["movements"]["nodes"], json!([{"delta": 1}]));
        statements(&store).await - before
    };
    let (of_two, of_all) = (reads_of(2).await, reads_of(100).await);
    assert_eq!(of_two, of_all);
    assert!(of_all <= 4, "{of_all} statements");
    store.finish().await;
}
