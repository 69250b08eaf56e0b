//! Variables that a request does not give, by GraphQL's specification (6.1.2): their defaults take their place before
//! anything is executed, and one that must have a value refuses the whole request.

use axum::http::Method;
use serde_json::{Value, json};

use super::{ask, code, data};
use crate::fixture::{Answer, Store};

const ANNOUNCE: &str = "announceReplenishment(input: {productId: 1, quantity: 7, idempotencyKey: \"k\"})";

/// Sends the same request three times: as a new text, and as one that is known.
async fn thrice(store: &Store, route: &str, body: Value) -> Vec<Answer> {
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(store.post(route, &body).await);
    }
    answers
}

/// Refused as a whole, with one error that names the variable and where it is declared.
fn assert_refused(answer: &Value, column: u32) {
    assert_eq!(code(answer), "invalid-graphql", "{answer}");
    assert_eq!(answer.get("data"), None, "nothing was executed: {answer}");
    let error = &answer["errors"][0];
    assert!(error["message"].as_str().unwrap().contains("$dry"), "{answer}");
    assert_eq!(error["locations"], json!([{"line": 1, "column": column}]), "{answer}");
}

#[tokio::test]
async fn a_default_decides_what_is_skipped() {
    let store = Store::start().await;
    let product = store.product(5).await;
    assert_eq!(product, 1);
    for (document, variables) in [
        (format!("mutation($dry: Boolean = true) {{ {ANNOUNCE} @skip(if: $dry) {{ level }} }}"), json!({})),
        (format!("mutation($dry: Boolean! = true) {{ {ANNOUNCE} @skip(if: $dry) {{ level }} }}"), Value::Null),
        (format!("mutation($wet: Boolean = false) {{ {ANNOUNCE} @include(if: $wet) {{ level }} }}"), json!({"a": 1})),
        (format!("mutation($dry: Boolean = true) {{ ... @skip(if: $dry) {{ {ANNOUNCE} {{ level }} }} }}"), json!({})),
    ] {
        let body = json!({"query": document, "variables": variables});
        for answer in thrice(&store, "/graphql", body).await {
            assert_eq!(answer.body.get("errors"), None, "{answer:?}");
        }
        assert_eq!(store.level(1).await, 5, "{document}");
    }
    // What is given wins.
    let document = format!("mutation($dry: Boolean = true) {{ {ANNOUNCE} @skip(if: $dry) {{ level }} }}");
    let answer = data(&store, &document, json!({"dry": false})).await;
    assert_eq!(answer["announceReplenishment"]["level"], 12);
    store.take_outbox().await;
    store.finish().await;
}

#[tokio::test]
async fn a_default_holds_in_fragments_in_the_address_and_in_the_courses_schema() {
    let store = Store::start().await;
    store.product(5).await;
    let document = "query($short: Boolean = true, $id: ID = \"1\") { product(id: $id) { ...All } } \
                    fragment All on Product { quantity name @skip(if: $short) }";
    for _ in 0..3 {
        assert_eq!(data(&store, document, json!({})).await["product"], json!({"quantity": 5}));
    }
    let uri = "/graphql?query=query($s:Boolean=true)%7Bproduct(id:1)%7Bquantity%20name@skip(if:$s)%7D%7D";
    assert_eq!(store.get(uri).await.body, json!({"data": {"product": {"quantity": 5}}}));
    let course = "query($s: Boolean = true) { product(id: \"1\") { quantity name @skip(if: $s) } }";
    for answer in thrice(&store, "/stocks/graphql-query", json!({"query": course})).await {
        assert_eq!(answer.body, json!({"data": {"product": {"quantity": 5}}}));
    }
    store.finish().await;
}

/// Each operation of a document has its own.
#[tokio::test]
async fn the_defaults_are_those_of_the_operation_that_is_executed() {
    let store = Store::start().await;
    store.product(5).await;
    let document = "query A($s: Boolean = true) { product(id: 1) { quantity name @skip(if: $s) } } \
                    query B($s: Boolean = false) { product(id: 1) { quantity sku @skip(if: $s) } } \
                    query C($s: Boolean!) { product(id: 1) { quantity sku @skip(if: $s) } }";
    for (name, fields) in [("A", 1), ("B", 2)] {
        let body = json!({"query": document, "operationName": name});
        for answer in thrice(&store, "/graphql", body).await {
            let product = answer.body["data"]["product"].as_object();
            assert_eq!(product.map(serde_json::Map::len), Some(fields), "{answer:?}");
        }
    }
    for answer in thrice(&store, "/graphql", json!({"query": document, "operationName": "C"})).await {
        assert_eq!(code(&answer.body), "invalid-graphql", "{answer:?}");
    }
    store.finish().await;
}

#[tokio::test]
async fn a_variable_that_must_have_a_value_refuses_the_request() {
    let store = Store::start().await;
    store.product(5).await;
    let document = format!("mutation($dry: Boolean!) {{ {ANNOUNCE} @skip(if: $dry) {{ level }} }}");
    for variables in [Value::Null, json!({}), json!({"dry": null}), json!({"Dry": true})] {
        for answer in thrice(&store, "/graphql", json!({"query": document, "variables": variables})).await {
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_refused(&answer.body, 10);
        }
    }
    // A default stands for what is not given, and not for null.
    let document = format!("mutation($dry: Boolean! = true) {{ {ANNOUNCE} @skip(if: $dry) {{ level }} }}");
    assert_refused(&ask(&store, &document, json!({"dry": null})).await, 10);
    assert_eq!(store.level(1).await, 5);
    store.finish().await;
}

#[tokio::test]
async fn it_does_so_in_a_query_that_was_executed_before_and_on_every_way_in() {
    let store = Store::start().await;
    let document = "query($dry: ID!) { product(id: $dry) { name } }";
    assert_eq!(data(&store, document, json!({"dry": "1"})).await, json!({"product": null}));
    assert_refused(&ask(&store, document, json!({})).await, 7);
    assert_eq!(data(&store, document, json!({"dry": "1"})).await, json!({"product": null}));

    let only_skipped = "query($dry:Boolean!){__typename@skip(if:$dry)}";
    let address = store.get(&format!("/graphql?query={}", only_skipped.replace('{', "%7B").replace('}', "%7D"))).await;
    assert_refused(&address.body, 7);
    for answer in thrice(&store, "/stocks/graphql-query", json!({"query": only_skipped})).await {
        assert_refused(&answer.body, 7);
    }
    let strict = [("accept", "application/graphql-response+json"), ("accept-language", "fr")];
    let body = json!({"query": only_skipped}).to_string();
    let refused = store.send_with(Method::POST, "/graphql", &strict, body).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains("la variable $dry"), "{refused:?}");
    store.finish().await;
}
