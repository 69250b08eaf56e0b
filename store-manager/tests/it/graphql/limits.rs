//! What asks for too much is refused before it is looked at closely: no document may keep the service busy beyond
//! the time that a request has.

use std::time::Instant;

use serde_json::{Value, json};
use service_kit::REQUEST_TIME_LIMIT;

use super::{ask, code, data};
use crate::fixture::Store;

async fn refusal(store: &Store, query: &str) -> String {
    let begun = Instant::now();
    let answer = ask(store, query, Value::Null).await;
    assert!(begun.elapsed() < REQUEST_TIME_LIMIT, "{:?}", begun.elapsed());
    code(&answer).to_owned()
}

#[tokio::test]
async fn lists_of_lists_are_counted_with_all_that_they_may_hold() {
    let store = Store::start().await;
    let page = |products, movements| {
        format!(
            "{{ search(text: \"\", first: {products}) {{ nodes {{ movements(first: {movements}) {{ nodes {{ delta version }} }} }} }} }}"
        )
    };
    assert_eq!(refusal(&store, &page(100, 100)).await, "query-too-complex");
    data(&store, &page(100, 10), Value::Null).await;
    let ids: Vec<u32> = (1..=101).collect();
    let many = "query($ids: [ID!]!) { products(ids: $ids) { movements(first: 100) { nodes { delta version } } } }";
    assert_eq!(code(&ask(&store, many, json!({"ids": ids})).await), "query-too-complex");
    store.finish().await;
}

#[tokio::test]
async fn what_reads_the_whole_catalogue_can_be_asked_a_few_times_a_request() {
    let store = Store::start().await;
    let searches = |count: u32| {
        let fields: String = (0..count)
            .map(|n| format!("s{n}: search(text: \"x\", first: 1) {{ nodes {{ id }} }} "))
            .collect::<Vec<_>>()
            .concat();
        format!("{{ {fields} }}")
    };
    data(&store, &searches(5), Value::Null).await;
    assert_eq!(refusal(&store, &searches(10)).await, "query-too-complex");
    store.finish().await;
}

#[tokio::test]
async fn deep_documents_are_refused() {
    let store = Store::start().await;
    let deep = |levels: usize| {
        let (open, close) = ("ofType { ".repeat(levels), "} ".repeat(levels));
        format!("{{ __schema {{ types {{ {open} name {close} }} }} }}")
    };
    data(&store, &deep(9), Value::Null).await;
    assert_eq!(refusal(&store, &deep(13)).await, "query-too-complex");
    assert!(["query-too-complex", "invalid-graphql"].contains(&refusal(&store, &deep(3_000)).await.as_str()));
    store.finish().await;
}

#[tokio::test]
async fn fragments_that_multiply_are_refused_at_once() {
    let store = Store::start().await;
    let doubling = |n: usize| format!("fragment F{n} on Query {{ ...F{0} ...F{0} }} ", n + 1);
    let chain: String = (0..30).map(doubling).collect();
    let bomb = format!("{{ ...F0 }} {chain} fragment F30 on Query {{ __typename }}");
    assert_eq!(refusal(&store, &bomb).await, "query-too-complex");
    let circle = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }";
    assert_eq!(refusal(&store, circle).await, "query-too-complex");
    store.finish().await;
}

#[tokio::test]
async fn no_document_of_the_size_that_is_taken_keeps_the_service_busy() {
    let store = Store::start().await;
    let many = 60_000;
    for document in [
        "{".repeat(many),
        "[".repeat(many),
        "(".repeat(many),
        format!("{{ product(id: {}", "[".repeat(many)),
        format!("{{ product(id: {}", "{a:".repeat(many / 3)),
        format!("query($v: {}", "[".repeat(many)),
        format!("query($v: {}Int{} = 1) {{ product(id: $v) {{ id }} }}", "[".repeat(many / 3), "]".repeat(many / 3)),
        format!("{{ {} }}", "__typename ".repeat(many / 12)),
        format!("{{ __typename {} }}", "@skip(if: false) ".repeat(many / 18)),
        format!("{{ __typename {} }}", "@x ".repeat(many / 3)),
        format!("query({}) {{ __typename }}", "$a: Int ".repeat(many / 8)),
        format!("{{ product({}) {{ id }} }}", "id: 1 ".repeat(many / 6)),
        format!("{{ __typename }} {}", "query A { __typename } ".repeat(many / 25)),
        format!(
            "{{ __typename }} {}",
            (0..many / 40).map(|n| format!("fragment F{n} on Query {{ a }} ")).collect::<Vec<_>>().concat()
        ),
        format!("\"{}", "\\u0041".repeat(many / 8)),
        "#".repeat(many),
    ] {
        let begun = Instant::now();
        let answer = ask(&store, &document, Value::Null).await;
        assert!(begun.elapsed() < REQUEST_TIME_LIMIT, "{:?}: {}", begun.elapsed(), &document[..40]);
        // Directives of `__typename` are not looked at; all else here is refused.
        let harmless = document.contains('@') && answer["data"].is_object();
        let refused = answer["errors"].as_array().is_some_and(|errors| !errors.is_empty());
        assert!(refused || harmless, "{}: {answer}", &document[..40]);
        for error in answer["errors"].as_array().into_iter().flatten() {
            assert!(error["extensions"]["code"].is_string(), "{error}");
        }
    }
    store.finish().await;
}

#[tokio::test]
async fn what_shows_nothing_still_costs_what_is_read_for_it() {
    let store = Store::start().await;
    let aliases =
        |count: usize, field: &str| (0..count).map(|n| format!("a{n}: {field} ")).collect::<Vec<_>>().concat();
    let ids: Vec<u32> = (1..=100).collect();
    let empty = aliases(600, "movements(first: 0) { pageInfo { hasNextPage } }");
    assert_eq!(refusal(&store, &format!("{{ products(ids: {ids:?}) {{ {empty} }} }}")).await, "query-too-complex");
    let by_sku = |count| format!("{{ {} }}", aliases(count, "productBySku(sku: \"x\") { id }"));
    data(&store, &by_sku(90), Value::Null).await;
    assert_eq!(refusal(&store, &by_sku(100)).await, "query-too-complex");
    let schema = format!("{{ __schema {{ types {{ fields {{ {} }} }} }} }}", aliases(1_900, "name"));
    assert_eq!(refusal(&store, &schema).await, "query-too-complex");
    store.finish().await;
}

#[tokio::test]
async fn variables_may_nest_as_json_may_and_not_deeper() {
    let store = Store::start().await;
    let body = |depth: usize| {
        format!(r#"{{"query":"{{ __typename }}","variables":{{"a":{}{}}}}}"#, "[".repeat(depth), "]".repeat(depth))
    };
    assert_eq!(store.send(axum::http::Method::POST, "/graphql", body(100)).await.status, 200);
    let answer = store.send(axum::http::Method::POST, "/graphql", body(30_000)).await;
    assert_eq!(answer.problem(), (422, "invalid-body"));
    store.finish().await;
}
