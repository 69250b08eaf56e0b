//! Every error has the code of its problem, and none says more than it may.

use axum::http::Method;
use serde_json::{Value, json};

use super::{ask, code};
use crate::fixture::Store;

#[tokio::test]
async fn what_is_wrong_with_a_document_is_invalid_graphql() {
    let store = Store::start().await;
    for query in [
        "",
        "{",
        "{ colour }",
        "{ product { id } }",
        "{ product(id: \"1\") }",
        "{ product(id: \"1\") { id { x } } }",
        "{ ...Unknown }",
        "query A { __typename } query B { __typename }",
        "subscription { stockChanges { level } }",
        "query($n: Nothing) { __typename }",
        "{ lowStock(below: \"much\") { nodes { id } } }",
        "{ lowStock(below: 5) @nowhere { nodes { id } } }",
    ] {
        let answer = ask(&store, query, Value::Null).await;
        for error in answer["errors"].as_array().unwrap_or_else(|| panic!("{query}: {answer}")) {
            assert_eq!(error["extensions"]["code"], "invalid-graphql", "{query}: {answer}");
        }
        assert_eq!(answer.get("data"), None, "nothing was executed: {answer}");
    }
    store.finish().await;
}

#[tokio::test]
async fn a_document_that_was_fine_before_is_refused_like_a_new_one() {
    let store = Store::start().await;
    let query = "query($id: ID!, $text: String!) { product(id: $id) { sku } search(text: $text) { nodes { sku } } }";
    let fine = json!({"id": "1", "text": "laptop"});
    for _ in 0..3 {
        let answer = ask(&store, query, fine.clone()).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
    }
    let wrong = [
        json!({"id": "1"}),
        json!({"id": null, "text": "laptop"}),
        json!({"id": "1", "text": 7}),
        json!({"id": ["1"], "text": "laptop"}),
        json!({"id": {"a": 1}, "text": "laptop"}),
        Value::Null,
    ];
    for (place, variables) in wrong.into_iter().enumerate() {
        let known = ask(&store, query, variables.clone()).await;
        // Blanks behind it make it another text, and leave what is told of it where it was.
        let new = ask(&store, &format!("{query}{}", " ".repeat(place + 1)), variables.clone()).await;
        assert_eq!(known, new, "{variables}");
        assert!(known["errors"][0]["message"].is_string(), "{variables}: {known}");
    }
    store.finish().await;
}

#[tokio::test]
async fn a_document_that_is_wrong_in_a_thousand_places_is_told_of_ten() {
    let store = Store::start().await;
    let fields: Vec<String> = (0..1_000).map(|n| format!("colour{n}")).collect();
    let answer = ask(&store, &format!("{{ {} }}", fields.join(" ")), Value::Null).await;
    assert_eq!(answer["errors"].as_array().unwrap().len(), 10);
    store.finish().await;
}

#[tokio::test]
async fn the_language_is_the_readers() {
    let store = Store::start().await;
    let body = json!({"query": "{ search(text: \"\", first: 101) { nodes { id } } }"});
    let english = store.post("/graphql", &body).await.body;
    assert_eq!(english["errors"][0]["message"], "first: must be 0 to 100");
    let french = store
        .send_with(Method::POST, "/graphql", &[("accept-language", "fr-CA,fr;q=0.9")], body.to_string())
        .await
        .body;
    assert_eq!(french["errors"][0]["message"], "first : doit être de 0 à 100");
    store.finish().await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_told_without_a_word_of_sql() {
    let store = Store::start().await;
    store.lose_database().await;
    let announce =
        "mutation { announceReplenishment(input: {productId: 1, quantity: 1, idempotencyKey: \"k\"}) { level } }";
    for query in ["{ productBySku(sku: \"1\") { id } }", "{ search(text: \"\") { nodes { id } } }", announce] {
        let answer = ask(&store, query, Value::Null).await;
        assert_eq!(code(&answer), "database-unavailable", "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["retryAfterSeconds"], 2);
        let text = answer.to_string().to_lowercase();
        for word in ["select", "sql", "pool", "store_"] {
            assert!(!text.contains(word), "{text}");
        }
    }
}
