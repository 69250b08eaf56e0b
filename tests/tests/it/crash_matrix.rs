//! The crash laboratory's matrix: each point once on the real programs, and each deliberate fault found by it.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use serde_json::{Value, json};
use stack::process::{Guarded, Output, Spec, Stopped};
use stack::temp::TempFolder;
use tests::{
    Answer, Ended, STORE_MANAGER, Service, Store, environment, run_to_end_within, wait_until, wait_until_within,
};

/// Several stores' servers end one after the other.
const STOP_LIMIT: Duration = Duration::from_secs(45);

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

/// A deliberate fault, the case that must find it, and the line of the audit that must say so.
struct Fault {
    mutation: &'static str,
    case: &'static str,
    line: &'static str,
    says: &'static str,
}

/// What was handled is not noted.
const INBOX_OFF: Fault = Fault {
    mutation: "inbox-off",
    case: "handler.after-commit:OrderCancelled",
    line: "each event of the last hour is in the inbox",
    says: "(OrderCreated of 1)",
};

/// The event of a row that was deleted too early never comes.
const DELETED_TOO_EARLY: Fault = Fault {
    mutation: "delete-before-acknowledgement",
    case: "relay.before-publish:OrderCreated",
    line: "every saga ended",
    says: "1 (decreasing_stock)",
};

/// The event of an offset that was committed too early is not delivered again.
const COMMITTED_TOO_EARLY: Fault = Fault {
    mutation: "offset-before-commit",
    case: "store-manager/handler.before-commit:OrderCreated",
    line: "every saga ended",
    says: "1 (decreasing_stock)",
};

/// The database has a guard of its own: the event that would take too much cannot be handled.
const STOCK_GUARD_OFF: Fault = Fault {
    mutation: "stock-guard-off",
    case: "relay.before-publish:StockDecreaseFailed",
    line: "store-manager has nothing parked",
    says: "OrderCreated failed",
};

/// Levels move, and the ledger hears nothing.
const PAST_THE_LEDGER: Fault = Fault {
    mutation: "compensation-from-the-order",
    case: "handler.after-commit:StockIncreased",
    line: "stock on hand equals the ledger's sum",
    says: "of 1 stock levels",
};

const FAULTS: [Fault; 5] = [INBOX_OFF, DELETED_TOO_EARLY, COMMITTED_TOO_EARLY, STOCK_GUARD_OFF, PAST_THE_LEDGER];

/// The fault must be found, and for what it does: not because a store does not start, or an order is merely slow.
async fn finds(fault: Fault) -> Vec<Value> {
    let Fault { mutation, case, line, says } = fault;
    let ran = crash(&["--short", "--seed", "1", "--patience", "15", "--mutation", mutation, "--only", case]).await;
    assert_eq!(ran.ended.status.code(), Some(1), "{mutation} passed unseen:\n{}", ran.ended.output);
    let failed: Vec<Value> = ran.cases.into_iter().filter(|case| case["ok"] == false).collect();
    assert!(!failed.is_empty(), "no case failed of {mutation}:\n{}", ran.ended.output);
    for case in &failed {
        let found = case["audit"].as_array().and_then(|lines| lines.iter().find(|audited| audited["name"] == line));
        let found = found.unwrap_or_else(|| panic!("the audit has no line `{line}`: {case:#}"));
        let detail = found["detail"].as_str().unwrap_or_default();
        assert!(found["ok"] == false && detail.contains(says), "{mutation} was not what failed: {case:#}");
    }
    failed
}

#[tokio::test]
async fn the_cases_that_find_the_faults_hold_without_them() {
    let only = FAULTS.iter().flat_map(|fault| ["--only", fault.case]);
    let Ran { ended, cases } = crash(&["--short", "--seed", "1"].into_iter().chain(only).collect::<Vec<_>>()).await;
    assert!(ended.status.success() && cases.len() >= FAULTS.len(), "{}", ended.output);
}

#[tokio::test]
async fn an_inbox_that_forgets_is_found() {
    finds(INBOX_OFF).await;
}

#[tokio::test]
async fn a_row_deleted_before_its_acknowledgement_is_found() {
    for case in finds(DELETED_TOO_EARLY).await {
        let what = case["blows"][0]["what"].as_str().unwrap_or_default();
        assert!(what.starts_with("died at relay.before-publish:OrderCreated"), "it shows what struck: {case:#}");
    }
}

#[tokio::test]
async fn an_offset_committed_before_its_transaction_is_found() {
    finds(COMMITTED_TOO_EARLY).await;
}

#[tokio::test]
async fn stock_taken_without_a_guard_is_found() {
    finds(STOCK_GUARD_OFF).await;
}

#[tokio::test]
async fn a_compensation_past_the_ledger_is_found() {
    finds(PAST_THE_LEDGER).await;
}

#[tokio::test]
async fn an_interrupt_shows_and_saves_what_has_run_and_leaves_nothing_behind() {
    let folder = TempFolder::new("matrix").unwrap();
    let [log, json, stores] = ["log", "crash.json", "stores"].map(|name| folder.path().join(name));
    std::fs::create_dir(&stores).unwrap();
    let spec = Spec::new("store-lab", environment().program("store-lab"))
        .args(["crash", "--short", "--jobs", "1", "--json", &json.display().to_string()])
        .env("TMPDIR", stores.display().to_string())
        .output(Output::Log(log.clone()));
    let mut process = Guarded::spawn(&spec).unwrap();
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    // One has ended by then, and another is under way.
    wait_until_within(LIMIT, "the first case", async || if said().contains(" 1/") { Ok(()) } else { Err(said()) })
        .await;
    let stopped = tokio::task::spawn_blocking(move || process.stop(STOP_LIMIT).unwrap()).await.unwrap();
    let Stopped::ByItself(status) = stopped else { panic!("it did not end within {STOP_LIMIT:?}: {}", said()) };
    assert_eq!(status.code(), Some(130), "{}", said());
    assert!(said().contains("broken off after "), "{}", said());
    let report: Value = serde_json::from_slice(&std::fs::read(&json).expect("what has run is saved")).unwrap();
    let (run, planned) = (report["outcomes"].as_array().unwrap().len(), report["planned"].as_u64().unwrap());
    assert!((1..100).contains(&run) && planned > 100, "{run} of {planned}");
    let left: Vec<_> = std::fs::read_dir(&stores).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_release_has_neither_crash_points_nor_deliberate_faults() {
    let has = |folder: &str, text: &str| {
        ["store-manager", "payment-service"].map(|name| {
            let program = std::fs::read(tests::environment().program(&format!("{folder}{name}"))).expect(name);
            program.windows(text.len()).any(|window| window == text.as_bytes())
        })
    };
    for text in ["relay.after-ack", "CRASH_POINT", "/admin/clock", "a deliberate fault is on"] {
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
