//! The bench, very briefly: that it measures everything, counts nothing but successes, and that its bare transaction
//! is the store's. How fast anything is, is no test.

mod heard;

use std::time::Duration;

use serde_json::Value;
use stack::temp::TempFolder;
use tests::{Database, Ended, Servers, Service, Store, run_to_end_within};

use self::heard::Heard;

/// Of a run that takes seconds on a machine that does nothing else.
const LIMIT: Duration = Duration::from_mins(4);

async fn run(store: &Store, redis_url: &str, more: &[&str], json: &str) -> Ended {
    let (shop, prefix) = (store.store_manager.api.address(), store.topics.full_name(""));
    let program = |name: &str| tests::environment().program(name).display().to_string();
    let (store_manager, payment_service) = (program("store-manager"), program("payment-service"));
    let databases = ["--database-url", &store.store_db.url, "--payments-database-url", &store.payments_db.url];
    let brokers = store.topics.brokers();
    let place = ["run", "--store", &shop, "--redis-url", redis_url, "--kafka-brokers", brokers];
    let mut programs = vec!["--store-manager", &store_manager];
    if !more.contains(&"--payment-service") {
        programs.extend(["--payment-service", &payment_service]);
    }
    let rest = ["--topic-prefix", &prefix, "--json", json];
    let briefly = ["--seconds", "0.1", "--rounds", "1", "--connections", "2", "--scale", "0.01"];
    let args = [&place[..], &databases, &programs[..], &rest, &briefly, more].concat();
    let ended = run_to_end_within(LIMIT, "store-bench", &args, &[]).await;
    drop_databases_beside(&store.store_db).await;
    drop_databases_beside(&store.payments_db).await;
    ended
}

/// What the bench made has the name of a database of the store, and a suffix.
async fn drop_databases_beside(database: &Database) {
    let beside: Vec<String> =
        sqlx::query_scalar("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE ?")
            .bind(format!("{}\\_%", database.name))
            .fetch_all(&database.pool)
            .await
            .expect("the names of databases");
    for name in beside {
        database.on_server(format!("DROP DATABASE `{name}`")).await.expect("DROP DATABASE");
    }
}

fn report(json: &str) -> Value {
    serde_json::from_slice(&std::fs::read(json).expect("the report")).expect("JSON")
}

/// Runs measures very briefly, and sees that each of their figures is there, with all its sides.
async fn measures(names: &[&str], expected: &[&str]) {
    let store = Store::start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    let gateway = store.gateway_url();
    let pid = |service: &Service| format!("{}={}", service.instance, service.pid().expect("it runs"));
    let (store_manager, payment_service) = (pid(&store.store_manager), pid(&store.payment_service));
    let baskets = concat!(env!("CARGO_MANIFEST_DIR"), "/../stack/sample");
    let mut more = vec!["--gateway", gateway.trim_start_matches("http://"), "--baskets", baskets];
    more.extend(["--process", &store_manager, "--process", &payment_service]);
    more.extend(names.iter().flat_map(|name| ["--only", name]));
    let ended = run(&store, &tests::environment().redis_url, &more, &json).await;
    assert!(ended.status.success(), "{}", ended.output);
    let report = report(&json);
    let figures = report["figures"].as_array().unwrap();
    let found: Vec<&str> = figures.iter().map(|figure| figure["name"].as_str().unwrap()).collect();
    assert_eq!(found, expected);
    for figure in figures {
        let above_zero = |side: &str| figure[side]["median"].as_f64().is_some_and(|value| value > 0.0);
        assert!(above_zero("ours") && (figure["limit"].is_null() || above_zero("limit")), "{figure}");
        assert_eq!(figure["limit"].is_null(), figure["compared"].is_null(), "{figure}");
        assert!(figure["goals"].as_array().unwrap().iter().all(|goal| goal["met"].is_boolean()), "{figure}");
        assert!(figure["title"]["en"].is_string() && figure["against"]["fr"].is_string(), "{figure}");
    }
    // The stack reads the same report, and makes its page of it.
    let report = stack::bench::Report::read(json.as_ref()).unwrap();
    stack::bench::write_page(&report, folder.path()).unwrap();
    store.finish().await;
}

#[tokio::test]
async fn it_measures_requests() {
    let expected = [
        "graphql_product",
        "graphql_product_course",
        "gateway_get_p50",
        "gateway_get_p99",
        "gateway_graphql_p50",
        "gateway_graphql_p99",
        "orders",
        "orders_with_sagas",
    ];
    measures(&["graphql", "gateway", "orders"], &expected).await;
}

#[tokio::test]
async fn it_measures_the_machinery() {
    let expected = [
        "start_store_manager",
        "start_payment_service",
        "relay_backlog",
        "backlog_drain",
        "backlog_memory",
        "consumer",
        "consumer_one_by_one",
        "visible_p50",
        "visible_p99",
        "visible_second_p50",
        "visible_second_p99",
    ];
    measures(&["start", "relay", "backlog", "consumer", "visible"], &expected).await;
}

#[tokio::test]
async fn it_measures_sagas() {
    let expected = [
        "saga_p50",
        "saga_p99",
        "saga_half_load_p50",
        "saga_half_load_p99",
        "sagas_peak",
        "sagas_hot",
        "sagas_beside_poison",
        "replay",
        "memory_store_manager",
        "memory_growth_store_manager",
        "memory_payment_service",
        "memory_growth_payment_service",
    ];
    measures(&["latency", "sagas", "hot", "poison", "replay", "memory"], &expected).await;
}

#[tokio::test]
async fn it_measures_stores_of_its_own() {
    measures(&["instances", "growth"], &["instances_two", "instances_three", "growth"]).await;
}

#[tokio::test]
async fn it_measures_what_telemetry_costs() {
    let expected = ["telemetry", "telemetry_all", "telemetry_processor_time", "telemetry_all_processor_time"];
    measures(&["telemetry"], &expected).await;
}

#[test]
fn the_stack_knows_every_measure_by_its_name() {
    let program = tests::environment().program("store-bench");
    let help = std::process::Command::new(program).args(["run", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let named = format!("[possible values: {}]", stack::bench::MEASURES.join(", "));
    assert!(help.contains(&named), "{named} is not in {help}");
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
async fn a_service_that_does_not_start_ends_it_without_a_report() {
    let store = Store::start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    let more = ["--only", "relay", "--payment-service", "/bin/false"];
    let ended = run(&store, &tests::environment().redis_url, &more, &json).await;
    assert!(!ended.status.success() && ended.output.contains("relay: it ended"), "{}", ended.output);
    assert!(!folder.path().join("bench.json").exists());
    store.finish().await;
}

#[tokio::test]
async fn a_store_that_is_wrong_is_not_measured() {
    let store = Store::start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    let product = store.product(5.0, 10).await;
    let set_level = async |level: u32| {
        let set = sqlx::query("UPDATE stocks SET quantity = ? WHERE product_id = ?").bind(level).bind(product);
        set.execute(&store.store_db.pool).await.expect("UPDATE");
    };
    set_level(9).await;
    let ended = run(&store, &tests::environment().redis_url, &["--only", "graphql"], &json).await;
    let said = ended.output.contains("FAIL stock on hand equals the ledger's sum");
    assert!(!ended.status.success() && said, "{}", ended.output);
    assert!(!folder.path().join("bench.json").exists());
    set_level(10).await;
    store.finish().await;
}

#[tokio::test]
async fn the_bare_sql_is_that_of_the_store() {
    let servers = Servers::start().await;
    let builder = Store::builder().servers(&servers.database_url(), &servers.kafka_brokers());
    let store = builder.redis(&servers.redis_url()).start().await;
    let folder = TempFolder::new("bench").unwrap();
    let json = folder.path().join("bench.json").display().to_string();
    store.store_db.execute("SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON").await;
    let ended = run(&store, &servers.redis_url(), &["--only", "orders", "--only", "sagas"], &json).await;
    assert!(ended.status.success(), "{}", ended.output);
    store.store_db.execute("SET GLOBAL general_log = OFF").await;
    let heard = Heard::read(&store).await;
    let [ours, bare] = ["_alone", "_bare"].map(|suffix| heard.lone_order(&format!("{}{suffix}", store.store_db.name)));
    assert_eq!(ours.len(), 6, "{ours:#?}");
    assert_eq!(ours, bare);
    for database in [&store.store_db.name, &store.payments_db.name] {
        let (ours, bare) = (heard.of_sagas(database), heard.of_sagas(&format!("{database}_bare_sagas")));
        assert!(ours.len() > 5, "{ours:#?}");
        let (more, less): (Vec<_>, Vec<_>) = (ours.difference(&bare).collect(), bare.difference(&ours).collect());
        assert!(more.is_empty() && less.is_empty(), "the store alone: {more:#?}\nthe bare loop alone: {less:#?}");
    }
    store.finish().await;
}
