//! The bench, very briefly: that it measures everything, counts nothing but successes, and that its bare transaction
//! is the store's. How fast anything is, is no test.

use std::time::Duration;

use serde_json::Value;
use stack::temp::TempFolder;
use tests::{Ended, Servers, Store, run_to_end_within};

/// Of a run that takes seconds on a machine that does nothing else.
const LIMIT: Duration = Duration::from_mins(2);

async fn run(store: &Store, redis_url: &str, more: &[&str], json: &str) -> Ended {
    let (shop, prefix) = (store.store_manager.api.address(), store.topics.full_name(""));
    let store_manager = tests::environment().program("store-manager");
    let store_manager = store_manager.display().to_string();
    let databases = ["--database-url", &store.store_db.url, "--payments-database-url", &store.payments_db.url];
    let place = ["run", "--store", &shop, "--redis-url", redis_url];
    let rest = ["--topic-prefix", &prefix, "--store-manager", &store_manager, "--json", json];
    let briefly = ["--seconds", "0.1", "--rounds", "1", "--connections", "2"];
    let args = [&place[..], &databases, &rest, &briefly, more].concat();
    let ended = run_to_end_within(LIMIT, "store-bench", &args, &[]).await;
    for suffix in ["alone", "bare"] {
        let drop = format!("DROP DATABASE IF EXISTS `{}_{suffix}`", store.store_db.name);
        store.store_db.on_server(drop).await.expect("DROP DATABASE");
    }
    ended
}

fn report(json: &str) -> Value {
    serde_json::from_slice(&std::fs::read(json).expect("the report")).expect("JSON")
}

#[tokio::test]
async fn it_measures_all_there_is() {
    let store = Store::start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    let gateway = store.gateway_url();
    let redis_url = &tests::environment().redis_url;
    let ended = run(&store, redis_url, &["--gateway", gateway.trim_start_matches("http://")], &json).await;
    assert!(ended.status.success(), "{}", ended.output);
    let report = report(&json);
    let figures = report["figures"].as_array().unwrap();
    let names: Vec<&str> = figures.iter().map(|figure| figure["name"].as_str().unwrap()).collect();
    let expected = [
        "graphql_product",
        "graphql_product_course",
        "gateway_get_p50",
        "gateway_get_p99",
        "gateway_graphql_p50",
        "gateway_graphql_p99",
        "orders",
        "orders_with_sagas",
        "sagas_beside_poison",
    ];
    assert_eq!(names, expected);
    for figure in figures {
        for side in ["ours", "limit"] {
            assert!(figure[side]["median"].as_f64().is_some_and(|value| value > 0.0), "{figure}");
        }
        assert_eq!(figure["met"].is_boolean(), figure["target"].is_number(), "{figure}");
        assert!(figure["title"]["en"].is_string() && figure["against"]["fr"].is_string(), "{figure}");
    }
    // The stack reads the same report.
    stack::bench::Report::read(json.as_ref()).unwrap();
    store.finish().await;
}

#[tokio::test]
async fn an_answer_that_is_no_success_ends_it_without_a_report() {
    let store = Store::start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    // No gateway: the service itself knows no such path.
    let more = ["--only", "gateway", "--gateway", &store.store_manager.api.address()];
    let ended = run(&store, &tests::environment().redis_url, &more, &json).await;
    assert!(!ended.status.success() && ended.output.contains("answered 404"), "{}", ended.output);
    assert!(!folder.path().join("bench.json").exists());
    store.finish().await;
}

#[tokio::test]
async fn the_bare_transaction_is_that_of_the_store() {
    let servers = Servers::start().await;
    let builder = Store::builder().servers(&servers.database_url(), &servers.kafka_brokers());
    let store = builder.redis(&servers.redis_url()).start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    store.store_db.execute("SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON").await;
    let ended = run(&store, &servers.redis_url(), &["--only", "orders"], &json).await;
    assert!(ended.status.success(), "{}", ended.output);
    store.store_db.execute("SET GLOBAL general_log = OFF").await;
    let (ours, bare) = (first_order(&store, "_alone").await, first_order(&store, "_bare").await);
    assert_eq!(ours.len(), 6, "{ours:#?}");
    assert_eq!(ours, bare);
    store.finish().await;
}

/// What the server heard of the first order of a connection to the database with that suffix: its statements in their
/// order, each as it was prepared.
async fn first_order(store: &Store, suffix: &str) -> Vec<String> {
    // A table of CSV: its rows come in the order in which they were written.
    let heard: Vec<(u64, String, Vec<u8>)> = sqlx::query_as(
        "SELECT CAST(thread_id AS UNSIGNED), CONVERT(command_type USING utf8mb4), CAST(argument AS BINARY)
         FROM mysql.general_log WHERE command_type IN ('Connect', 'Query', 'Prepare', 'Execute')",
    )
    .fetch_all(&store.store_db.pool)
    .await
    .expect("the general log");
    // What is executed has the bytes of ids in it, which are no text.
    let heard: Vec<(u64, String, String)> = heard
        .into_iter()
        .map(|(thread, command, what)| (thread, command, String::from_utf8_lossy(&what).into_owned()))
        .collect();
    let words = |text: &str, count| text.split_whitespace().take(count).collect::<Vec<_>>().join(" ");
    let on = format!("{}{suffix} ", store.store_db.name);
    let threads = heard.iter().filter(|(_, command, what)| command == "Connect" && format!("{what} ").contains(&on));
    let orders = |thread: u64| {
        let said: Vec<(&str, &str)> =
            heard.iter().filter(|(of, ..)| *of == thread).map(|(_, command, what)| (&**command, &**what)).collect();
        let order = said.split(|(_, what)| *what == "BEGIN");
        let order =
            order.into_iter().find(|said| said.iter().any(|(_, what)| what.starts_with("INSERT INTO orders")))?;
        let end = order.iter().position(|(_, what)| *what == "COMMIT")?;
        // What is executed has values in it; the text that was prepared, now or before, begins in the same way.
        let prepared = |what: &str| {
            let texts = said.iter().filter(|(command, _)| *command == "Prepare");
            let same = texts.map(|(_, text)| *text).find(|text| words(text, 4) == words(what, 4));
            words(same.unwrap_or(what), usize::MAX)
        };
        let done = order[..=end].iter().filter(|(command, _)| *command != "Prepare");
        Some(done.map(|(_, what)| prepared(what)).collect())
    };
    threads.map(|(thread, ..)| *thread).find_map(orders).unwrap_or_else(|| panic!("no order in {heard:#?}"))
}
