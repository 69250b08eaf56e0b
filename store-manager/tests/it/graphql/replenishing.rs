//! Suppliers announce goods: once for each key, through the ledger, with an event.

use serde_json::{Value, json};
use shared_events::StockReplenished;

use super::{ask, code, data};
use crate::fixture::Store;

const ANNOUNCE: &str = "mutation($input: ReplenishmentInput!) { announceReplenishment(input: $input) {
    productId quantity level version supplier announcedAt } }";

fn input(product_id: u64, quantity: i64, key: &str) -> Value {
    json!({"input": {"productId": product_id, "quantity": quantity, "supplier": "Gadgets of Québec",
                     "idempotencyKey": key}})
}

#[tokio::test]
async fn goods_raise_the_level_through_the_ledger_and_everyone_is_told() {
    let store = Store::start().await;
    let id = store.product(2).await;
    let done = data(&store, ANNOUNCE, input(id, 40, "k1")).await["announceReplenishment"].take();
    let (_, told) = store.take_one::<StockReplenished>().await;
    let supplier = Some("Gadgets of Québec".to_owned());
    assert_eq!(told, StockReplenished { product_id: id, quantity: 40, level: 42, version: 2, supplier });
    assert_eq!((&done["productId"], &done["quantity"]), (&json!(id.to_string()), &json!(40)));
    assert_eq!((&done["level"], &done["version"]), (&json!(42), &json!(2)));
    assert_eq!(store.level(id).await, 42);
    assert_eq!(store.count("SELECT delta FROM stock_movements WHERE kind = 'replenish'").await, 40);
    store.finish().await;
}

#[tokio::test]
async fn the_same_announcement_again_gets_the_same_answer_and_counts_once() {
    let store = Store::start().await;
    let id = store.product(2).await;
    let first = data(&store, ANNOUNCE, input(id, 40, "k1")).await;
    store.take_one::<StockReplenished>().await;
    store.post("/stocks", &json!({"product_id": id, "quantity": 7})).await;
    store.settle().await;
    assert_eq!(data(&store, ANNOUNCE, input(id, 40, "k1")).await, first);
    assert_eq!(store.level(id).await, 7);
    data(&store, ANNOUNCE, input(id, 40, "k2")).await;
    store.take_one::<StockReplenished>().await;
    assert_eq!(store.level(id).await, 47);
    store.finish().await;
}

#[tokio::test]
async fn another_announcement_under_the_same_key_is_refused() {
    let store = Store::start().await;
    let (id, other) = (store.product(2).await, store.product(3).await);
    data(&store, ANNOUNCE, input(id, 40, "k1")).await;
    store.take_one::<StockReplenished>().await;
    let anonymous = json!({"input": {"productId": id, "quantity": 40, "idempotencyKey": "k1"}});
    for changed in [input(id, 41, "k1"), input(other, 40, "k1"), anonymous] {
        assert_eq!(code(&ask(&store, ANNOUNCE, changed).await), "idempotency-key-reused");
    }
    assert_eq!((store.level(id).await, store.level(other).await), (42, 3));
    store.finish().await;
}

#[tokio::test]
async fn the_same_announcement_sent_many_times_at_once_counts_once() {
    let store = Store::start().await;
    let id = store.product(2).await;
    let one = async || data(&store, ANNOUNCE, input(id, 40, "k1")).await;
    let answers = futures::future::join_all((0..12).map(|_| one())).await;
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    store.take_one::<StockReplenished>().await;
    assert_eq!(store.level(id).await, 42);
    store.finish().await;
}

#[tokio::test]
async fn a_key_used_for_two_products_at_once_counts_for_one() {
    let store = Store::start().await;
    let (id, other) = (store.product(0).await, store.product(0).await);
    let one = async |id| ask(&store, ANNOUNCE, input(id, 5, "k1")).await;
    let (first, second) = futures::join!(one(id), one(other));
    let refused: Vec<_> = [&first, &second].into_iter().filter(|answer| answer.get("errors").is_some()).collect();
    assert_eq!(refused.len(), 1, "{first} {second}");
    assert_eq!(code(refused[0]), "idempotency-key-reused");
    assert_eq!(store.level(id).await + store.level(other).await, 5);
    store.take_one::<StockReplenished>().await;
    store.finish().await;
}

#[tokio::test]
async fn what_cannot_be_announced_is_refused_and_changes_nothing() {
    let store = Store::start().await;
    let id = store.product(999_999_999).await;
    let with = |name: &str, value: Value| {
        let mut variables = input(id, 1, "k1");
        variables["input"][name] = value;
        variables
    };
    for (expected, variables) in [
        ("product-not-found", with("productId", json!("999999"))),
        ("product-not-found", with("productId", json!("seven"))),
        ("invalid-argument", with("quantity", json!(0))),
        ("invalid-argument", with("quantity", json!(-5))),
        ("invalid-argument", with("quantity", json!(1_000_000_001))),
        ("invalid-argument", with("supplier", json!(" "))),
        ("invalid-argument", with("supplier", json!("a\u{0}b"))),
        ("invalid-argument", with("idempotencyKey", json!(""))),
        ("invalid-argument", with("idempotencyKey", json!("a b"))),
        ("level-too-high", with("quantity", json!(2))),
    ] {
        let answer = ask(&store, ANNOUNCE, variables.clone()).await;
        assert_eq!(code(&answer), expected, "{variables}");
        assert_eq!(answer["data"], json!(null));
    }
    assert_eq!(store.level(id).await, 999_999_999);
    assert_eq!(store.count("SELECT COUNT(*) FROM replenishments").await, 0);
    data(&store, ANNOUNCE, input(id, 1, "k1")).await;
    store.take_one::<StockReplenished>().await;
    store.finish().await;
}
