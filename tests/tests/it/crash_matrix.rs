//! The crash laboratory's matrix: each point once on the real programs, and each deliberate fault found by it.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use serde_json::{Value, json};
use stack::temp::TempFolder;
use tests::{Answer, Ended, STORE_MANAGER, Service, Store, run_to_end_within, wait_until};

/// Of a run that takes two minutes on a machine that does nothing else.
const LIMIT: Duration = Duration::from_mins(20);

struct Ran {
    ended: Ended,
    cases: Vec<Value>,
}

/// Runs `store-lab crash`; without cases when it could not begin.
async fn crash(args: &[&str]) -> Ran {
    let folder = TempFolder::new("matrix").unwrap();
    let json = folder.path().join("crash.json").display().to_string();
    let args = [&["crash", "--jobs", "1", "--json", &json], args].concat();
    // A case that fails keeps its store for whoever looks: here it goes with the test.
    let kept = folder.path().display().to_string();
    let ended = run_to_end_within(LIMIT, "store-lab", &args, &[("TMPDIR", kept.as_str())]).await;
    let report: Option<Value> = std::fs::read(&json).ok().map(|bytes| serde_json::from_slice(&bytes).expect("JSON"));
    let cases = report.map(|report| report["outcomes"].as_array().unwrap().clone()).unwrap_or_default();
    Ran { ended, cases }
}

#[tokio::test]
async fn a_death_at_each_crash_point_loses_nothing_and_does_nothing_twice() {
    let Ran { ended, cases } = crash(&["--short"]).await;
    assert!(ended.status.success(), "{}", ended.output);
    // A point that no course reaches ends the run before its first case.
    assert!(cases.len() > 100, "only {} cases:\n{}", cases.len(), ended.output);
    for case in &cases {
        let died = case["blows"].as_array().unwrap();
        assert!(died.len() == 1 && died[0]["what"].as_str().unwrap().starts_with("died at "), "{case:#}");
        assert!(case["audit"].as_array().is_some_and(|lines| lines.iter().all(|line| line["ok"] == true)), "{case:#}");
    }
}

/// A case in which the fault must be found; gives those that failed.
async fn finds(mutation: &str, case: &str) -> Vec<Value> {
    let ran = crash(&["--short", "--seed", "1", "--patience", "15", "--mutation", mutation, "--only", case]).await;
    assert_eq!(ran.ended.status.code(), Some(1), "{mutation} passed unseen:\n{}", ran.ended.output);
    // Not for any other reason, such as a store that does not start.
    let failed: Vec<Value> = ran.cases.into_iter().filter(|case| case["ok"] == false).collect();
    let found = !failed.is_empty() || ran.ended.output.contains("it should be");
    assert!(found, "{mutation} was not what failed:\n{}", ran.ended.output);
    failed
}

#[tokio::test]
async fn an_inbox_that_forgets_is_found() {
    finds("inbox-off", "handler.after-commit:OrderCancelled").await;
}

#[tokio::test]
async fn a_row_deleted_before_its_acknowledgement_is_found() {
    let failed = finds("delete-before-acknowledgement", "relay.before-publish:OrderCreated").await;
    for case in &failed {
        let what = case["blows"][0]["what"].as_str().unwrap_or_default();
        assert!(what.starts_with("died at relay.before-publish:OrderCreated"), "it shows what struck: {case:#}");
    }
    assert!(!failed.is_empty());
}

#[tokio::test]
async fn an_offset_committed_before_its_transaction_is_found() {
    finds("offset-before-commit", "store-manager/handler.before-commit:OrderCreated").await;
}

#[tokio::test]
async fn stock_taken_without_a_guard_is_found() {
    finds("stock-guard-off", "StockDecreaseFailed").await;
}

#[tokio::test]
async fn a_compensation_past_the_ledger_is_found() {
    finds("compensation-from-the-order", "handler.after-commit:StockIncreased").await;
}

#[test]
fn a_release_has_neither_crash_points_nor_deliberate_faults() {
    let has = |folder: &str, text: &str| {
        ["store-manager", "payment-service"].map(|name| {
            let program = std::fs::read(tests::environment().program(&format!("{folder}{name}"))).expect(name);
            program.windows(text.len()).any(|window| window == text.as_bytes())
        })
    };
    for text in ["relay.after-ack", "CRASH_POINT", "/admin/clock", "delete-before-acknowledgement"] {
        assert_eq!(has("crash-points/", text), [true, true], "{text}: otherwise its absence would mean nothing");
        assert_eq!(has("", text), [false, false], "{text}");
    }
}

/// Creates products at an instance of store-manager that was told by its environment to die at the second.
async fn two_products(program: &str) -> (Store, Service, Result<Answer, reqwest::Error>) {
    let store = Store::builder().stopped().await;
    let mut service = store.another(program, STORE_MANAGER);
    service.set_env("CRASH_POINT", "request.before-commit:ProductCreated:2");
    service.start().await;
    let product = |sku: &str| json!({"name": sku, "sku": sku, "price": 1.00});
    service.api.post("/products", &product("A")).await.expect(201);
    let second = service.api.try_post("/products", &product("B")).await;
    (store, service, second)
}

#[tokio::test]
async fn a_crash_point_in_the_environment_kills_the_process_there() {
    let (store, service, second) = two_products("crash-points/store-manager").await;
    assert!(second.is_err(), "{second:?}");
    let status = wait_until("its end", async || service.ended().ok_or("it runs".to_owned())).await;
    assert_eq!(status.signal(), Some(9), "{status}:\n{}", service.log());
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM products").await, 1, "nothing was committed");
}

#[tokio::test]
async fn a_release_does_not_heed_the_environment_of_crash_points() {
    let (store, service, second) = two_products(STORE_MANAGER).await;
    second.unwrap().expect(201);
    assert!(service.is_running());
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM products").await, 2);
    service.stop().await;
}
