//! Values that have not the type that is declared or asked for refuse the whole request: no mutation that stands before
//! them in the document takes effect (GraphQL, October 2021: 6.1.2, 5.6.1, 5.8.5).

use serde_json::{Value, json};

use super::{ask, code, data};
use crate::fixture::Store;

/// Two announcements: where the second is wrong, the first must not count.
fn two(declared: &str, second: &str) -> String {
    format!(
        "mutation($a: ReplenishmentInput!, {declared}) {{ x: announceReplenishment(input: $a) {{ level }} \
         y: announceReplenishment(input: {second}) {{ level }} }}"
    )
}

/// Refused before anything was executed, with an error that says where.
async fn assert_refused(store: &Store, query: &str, variables: &Value, place: &str) {
    for _ in 0..2 {
        let answer = ask(store, query, variables.clone()).await;
        assert_eq!(code(&answer), "invalid-graphql", "{query} {variables}: {answer}");
        assert_eq!(answer.get("data"), None, "{query} {variables}: {answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(place), "{query} {variables}: {message}");
        assert!(answer["errors"][0]["locations"][0]["line"].is_u64(), "{answer}");
    }
}

fn announcement(quantity: &Value) -> Value {
    json!({"productId": "1", "quantity": quantity, "idempotencyKey": "k-2"})
}

#[tokio::test]
async fn a_value_of_another_type_than_its_variables_lets_nothing_take_effect() {
    let store = Store::start().await;
    store.product(5).await;
    let first = json!({"productId": "1", "quantity": 1, "idempotencyKey": "k-1"});
    for (wrong, place) in [
        (json!("x"), "$b"),
        (json!([announcement(&json!(1))]), "$b"),
        (json!(null), "$b"),
        (json!({"productId": "1", "idempotencyKey": "k-2"}), "$b.quantity"),
        (json!({"productId": "1", "quantity": 1, "idempotencyKey": "k-2", "colour": 1}), "$b.colour"),
        (json!({"productId": {"a": 1}, "quantity": 1, "idempotencyKey": "k-2"}), "$b.productId"),
        (announcement(&json!(3_000_000_000_u64)), "$b.quantity"),
        (announcement(&json!(-3_000_000_000_i64)), "$b.quantity"),
        (announcement(&json!(1.5)), "$b.quantity"),
        (announcement(&json!("1")), "$b.quantity"),
        (announcement(&json!(true)), "$b.quantity"),
    ] {
        let query = two("$b: ReplenishmentInput!", "$b");
        assert_refused(&store, &query, &json!({"a": first, "b": wrong}), place).await;
    }
    let nested = two("$q: Int!", "{productId: 1, quantity: $q, idempotencyKey: \"k-2\"}");
    assert_refused(&store, &nested, &json!({"a": first, "q": 3_000_000_000_u64}), "$q").await;
    let literal = two("$q: Int = 1", "{productId: 1, quantity: 3000000000, idempotencyKey: \"k-2\"}");
    assert_refused(&store, &literal.replace(", $q: Int = 1", ""), &json!({"a": first}), "input.quantity").await;
    let default = two("$q: Int! = 3000000000", "{productId: 1, quantity: $q, idempotencyKey: \"k-2\"}");
    assert_refused(&store, &default, &json!({"a": first}), "$q").await;
    assert_eq!(store.level(1).await, 5, "nothing took effect");
    store.finish().await;
}

#[tokio::test]
async fn what_may_stand_for_a_type_is_taken() {
    let store = Store::start().await;
    store.product(5).await;
    let query = two("$b: ReplenishmentInput!", "$b");
    let given = json!({
        "a": {"productId": 1, "quantity": 1, "idempotencyKey": "k-1", "supplier": null},
        "b": announcement(&json!(2)),
    });
    let answer = data(&store, &query, given).await;
    assert_eq!(answer, json!({"x": {"level": 6}, "y": {"level": 8}}));
    for ids in [json!("1"), json!(1), json!([1]), json!(["1"])] {
        let answer = data(&store, "query($ids: [ID!]!) { products(ids: $ids) { id } }", json!({"ids": ids})).await;
        assert_eq!(answer, json!({"products": [{"id": "1"}]}), "{ids}");
    }
    let least = data(&store, "query($n: Int!) { lowStock(below: $n) { nodes { id } } }", json!({"n": i32::MIN})).await;
    assert_eq!(least, json!({"lowStock": {"nodes": []}}));
    store.take_outbox().await;
    store.finish().await;
}

#[tokio::test]
async fn numbers_and_lists_are_looked_into() {
    let store = Store::start().await;
    let low = "query($f: Int!) { lowStock(below: $f) { nodes { id } } }";
    assert_refused(&store, low, &json!({"f": 2_147_483_648_u64}), "$f").await;
    assert_refused(&store, "{ lowStock(below: 2147483648) { nodes { id } } }", &Value::Null, "below").await;
    let many = "query($ids: [ID!]!) { products(ids: $ids) { id } }";
    assert_refused(&store, many, &json!({"ids": ["1", true]}), "$ids[1]").await;
    assert_refused(&store, many, &json!({"ids": ["1", null]}), "$ids[1]").await;
    store.finish().await;
}

#[tokio::test]
async fn a_variable_stands_only_where_its_type_may() {
    let store = Store::start().await;
    store.product(5).await;
    let input = json!({"productId": "1", "quantity": 1, "idempotencyKey": "k"});
    for (query, variables, place) in [
        ("query($i: Boolean!) { lowStock(below: $i) { nodes { id } } }", json!({"i": true}), "$i"),
        ("query($i: Int) { lowStock(below: $i) { nodes { id } } }", json!({"i": 5}), "$i"),
        ("query($i: Int) { lowStock(below: $i) { nodes { id } } }", json!({}), "$i"),
        ("query($i: [ID]!) { products(ids: $i) { id } }", json!({"i": ["1"]}), "$i"),
        ("query($i: ID!) { products(ids: $i) { id } }", json!({"i": "1"}), "$i"),
        ("query($i: String!) { products(ids: [$i]) { id } }", json!({"i": "1"}), "$i"),
        ("query($i: String!) { ...F } fragment F on Query { product(id: $i) { id } }", json!({"i": "1"}), "$i"),
        ("query($i: Boolean) { product(id: 1) @skip(if: $i) { id } }", json!({"i": true}), "$i"),
        ("query($i: Boolean) { ... @include(if: $i) { product(id: 1) { id } } }", json!({"i": true}), "$i"),
        ("mutation($i: String!) { announceReplenishment(input: $i) { level } }", json!({"i": "x"}), "$i"),
        ("mutation($i: String!) { announceReplenishment(input: $i) { level } }", json!({"i": input}), "$i"),
        (
            "mutation($i: Float!) { announceReplenishment(input: {productId: 1, quantity: $i, idempotencyKey: \"k\"}) \
             { level } }",
            json!({"i": 1}),
            "$i",
        ),
    ] {
        assert_refused(&store, query, &variables, place).await;
    }
    assert_eq!(store.level(1).await, 5, "nothing took effect");
    for (query, variables) in [
        ("query($i: Int = 5) { lowStock(below: $i) { nodes { id } } }", json!({})),
        ("query($i: Int!) { product(id: 1) { movements(first: $i) { nodes { delta } } } }", json!({"i": 1})),
        ("query($i: ID!) { products(ids: [1, $i]) { id } }", json!({"i": "1"})),
        ("query($n: String!) { __type(name: $n) { name } }", json!({"n": "Query"})),
    ] {
        data(&store, query, variables).await;
    }
    store.finish().await;
}

#[tokio::test]
async fn an_answer_of_nothing_is_well_formed() {
    let store = Store::start().await;
    let announce = "announceReplenishment(input: {productId: 1, quantity: 1, idempotencyKey: \"k\"})";
    for query in [
        "{ product(id: \"1\") @skip(if: true) { id } }".to_owned(),
        "{ ... @include(if: false) { __typename } }".to_owned(),
        format!("mutation {{ {announce} @skip(if: true) {{ level }} }}"),
    ] {
        for _ in 0..2 {
            assert_eq!(ask(&store, &query, Value::Null).await, json!({"data": {}}), "{query}");
        }
    }
    let skipped = json!({"query": "{ product(id: \"1\") @skip(if: true) { id } }"});
    assert_eq!(store.post("/stocks/graphql-query", &skipped).await.body, json!({"data": {}}));
    store.finish().await;
}
