//! `store-audit` against a store that is at work: it waits for the end, and says what is wrong.

use futures::future::join_all;
use tests::{Ended, Store, run_to_end};

async fn run(store: &Store, more: &[&str]) -> Ended {
    let databases = ["--store-database-url", &store.store_db.url, "--payments-database-url", &store.payments_db.url];
    run_to_end("store-audit", &[&databases, more].concat(), &[]).await
}

#[tokio::test]
async fn it_waits_until_the_store_is_at_rest() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 20).await);
    let wanted = [(product, 1)];
    let orders = join_all((0..30).map(|_| store.order(user, &wanted))).await;
    store.cancel(orders[0]).await;
    let verdict = run(&store, &["--wait-s", "25", "--json"]).await;
    assert!(verdict.status.success(), "{}", verdict.output);
    let lines: Vec<serde_json::Value> = serde_json::from_str(&verdict.output).unwrap();
    assert!(lines.len() > 15 && lines.iter().all(|line| line["ok"] == true && line["name"].is_string()), "{lines:?}");
    store.finish().await;
}

#[tokio::test]
async fn it_says_what_is_under_way_when_it_does_not_wait_and_what_is_wrong_when_it_does() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 20).await);
    store.payment_service.stop().await;
    let order = store.order(user, &[(product, 1)]).await;
    store.until_status(order, "creating_payment").await;
    let verdict = run(&store, &[]).await;
    assert!(
        !verdict.status.success() && verdict.output.contains(&format!("{order} (creating_payment)")),
        "{}",
        verdict.output
    );
    store.payment_service.start().await;
    store.until_payable(order).await;
    store.store_db.execute("UPDATE stocks SET quantity = quantity + 1").await;
    let verdict = run(&store, &["--wait-s", "20"]).await;
    assert!(!verdict.status.success() && verdict.output.contains("the ledger says"), "{}", verdict.output);
    store.store_db.execute("UPDATE stocks SET quantity = quantity - 1").await;
    store.finish().await;
}
