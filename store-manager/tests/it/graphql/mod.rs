//! GraphQL on stock: both schemas, over HTTP and over a websocket.

mod client;
mod course;
mod errors;
mod limits;
mod pages;
mod reads;
mod replenishing;
mod sdl;
mod served;
mod socket;
mod socket_protocol;
mod transport;
mod variables;
mod wrong_values;

use serde_json::{Value, json};

use crate::fixture::Store;

/// What the suppliers' schema answers, which must be a 200.
async fn ask(store: &Store, query: &str, variables: Value) -> Value {
    let answer = store.post("/graphql", &json!({"query": query, "variables": variables})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// The data of an answer without errors.
async fn data(store: &Store, query: &str, variables: Value) -> Value {
    let mut answer = ask(store, query, variables).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    answer["data"].take()
}

/// The code of the only error of an answer.
fn code(answer: &Value) -> &str {
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no error: {answer}"));
    assert_eq!(errors.len(), 1, "{answer}");
    assert!(errors[0]["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
    errors[0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {answer}"))
}
