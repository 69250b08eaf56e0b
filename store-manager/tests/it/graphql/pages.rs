//! Search and low stock, page by page.

use serde_json::{Value, json};

use super::{ask, code, data};
use crate::fixture::Store;

const SEARCH: &str = "query($text: String!, $first: Int, $after: String, $last: Int, $before: String) {
    search(text: $text, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn catalogue(names: &[&str]) -> Store {
    let store = Store::start().await;
    for (number, name) in names.iter().enumerate() {
        let sku = format!("SKU-{number}");
        let made = store.post("/products", &json!({"name": name, "sku": sku, "price": 10})).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    store.settle().await;
    store
}

async fn search(store: &Store, variables: Value) -> (Vec<String>, Value) {
    let mut page = data(store, SEARCH, variables).await["search"].take();
    let edges = page["edges"].as_array().unwrap().iter();
    (edges.map(|edge| edge["node"]["name"].as_str().unwrap().to_owned()).collect(), page["pageInfo"].take())
}

#[tokio::test]
async fn a_text_is_found_in_names_and_codes_whatever_its_case_and_accents() {
    let store = catalogue(&["Écran 27", "Clavier", "Grand ECRAN", "100 % coton", "100 autres"]).await;
    let names = async |text: &str| search(&store, json!({"text": text})).await.0;
    assert_eq!(names("écran").await, ["Écran 27", "Grand ECRAN"]);
    assert_eq!(names(" ecran ").await, ["Écran 27", "Grand ECRAN"]);
    assert_eq!(names("sku-1").await, ["Clavier"]);
    assert_eq!(names("100 %").await, ["100 % coton"]);
    assert_eq!(names("100_").await, Vec::<String>::new());
    assert_eq!(names("").await.len(), 5);
    store.finish().await;
}

#[tokio::test]
async fn forward_and_backward_pages_show_each_product_once() {
    let store = catalogue(&["a", "b", "c", "d", "e"]).await;
    let (names, info) = search(&store, json!({"text": "", "first": 2})).await;
    assert_eq!(names, ["a", "b"]);
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(false), &json!(true)));
    let (names, info) = search(&store, json!({"text": "", "first": 3, "after": info["endCursor"]})).await;
    assert_eq!(names, ["c", "d", "e"]);
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(true), &json!(false)));
    let (names, info) = search(&store, json!({"text": "", "last": 2, "before": info["endCursor"]})).await;
    assert_eq!(names, ["c", "d"]);
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(true), &json!(true)));
    let (names, info) = search(&store, json!({"text": "", "last": 5, "before": info["startCursor"]})).await;
    assert_eq!(names, ["a", "b"]);
    assert_eq!(info["hasPreviousPage"], json!(false));
    store.finish().await;
}

#[tokio::test]
async fn what_is_added_or_removed_meanwhile_shifts_no_page() {
    let store = catalogue(&["a", "b", "c", "d"]).await;
    let (_, info) = search(&store, json!({"text": "", "first": 2})).await;
    assert_eq!(store.delete("/products/1").await.status, 200);
    assert_eq!(store.delete("/products/2").await.status, 200);
    store.post("/products", &json!({"name": "e", "sku": "E", "price": 1})).await;
    store.settle().await;
    let (names, _) = search(&store, json!({"text": "", "first": 9, "after": info["endCursor"]})).await;
    assert_eq!(names, ["c", "d", "e"]);
    store.finish().await;
}

#[tokio::test]
async fn low_stock_is_what_there_is_less_of_page_by_page() {
    let store = Store::start().await;
    for level in [0, 5, 4, 9] {
        store.product(level).await;
    }
    let query = "query($below: Int!, $after: String) { lowStock(below: $below, first: 1, after: $after) {
        nodes { quantity } pageInfo { hasNextPage endCursor } } }";
    let first = data(&store, query, json!({"below": 5})).await["lowStock"].take();
    assert_eq!((&first["nodes"], &first["pageInfo"]["hasNextPage"]), (&json!([{"quantity": 0}]), &json!(true)));
    let after = &first["pageInfo"]["endCursor"];
    let second = data(&store, query, json!({"below": 5, "after": after})).await["lowStock"].take();
    assert_eq!((&second["nodes"], &second["pageInfo"]["hasNextPage"]), (&json!([{"quantity": 4}]), &json!(false)));
    for below in [0, -1, i32::MIN] {
        assert_eq!(data(&store, query, json!({"below": below})).await["lowStock"]["nodes"], json!([]));
    }
    store.finish().await;
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused_by_the_name_of_its_argument() {
    let store = catalogue(&["a"]).await;
    for (argument, wrong) in [
        ("first", json!({"text": "", "first": 101})),
        ("first", json!({"text": "", "first": -1})),
        ("last", json!({"text": "", "last": -1})),
        ("last", json!({"text": "", "first": 1, "last": 1})),
        ("after", json!({"text": "", "after": "1"})),
        ("before", json!({"text": "", "last": 1, "before": "zzz"})),
        ("text", json!({"text": "x".repeat(101)})),
    ] {
        let answer = ask(&store, SEARCH, wrong).await;
        assert_eq!(code(&answer), "invalid-argument");
        assert_eq!(answer["errors"][0]["extensions"]["field"], argument, "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["search"]));
    }
    store.finish().await;
}
