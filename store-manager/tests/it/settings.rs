//! Settings, and what holds of the wiring without any server.

use clap::{CommandFactory, Parser};
use serde_json::json;
use store_manager::app::registry;
use store_manager::config::Settings;

use crate::fixture::Store;

#[test]
fn the_handlers_are_those_of_the_sagas_map() {
    assert_eq!(registry().check(), Ok(()));
}

#[test]
fn a_password_is_never_shown() {
    let url = "mysql://app:pa55word@db/store_manager";
    let settings = Settings::try_parse_from(["store-manager", "--database-url", url]).unwrap();
    assert!(!format!("{settings:?}").contains("pa55word"));
    assert_eq!(settings.saga.database_url.as_deref(), Some(url));
}

#[test]
fn help_lists_every_setting_with_its_environment_variable() {
    let help = Settings::command().render_long_help().to_string();
    for variable in [
        "STORE_LISTEN",
        "STORE_ADMIN_LISTEN",
        "STORE_CURRENCY",
        "STORE_SAMPLE_DATA",
        "SAGA_DATABASE_URL",
        "SAGA_KAFKA_BROKERS",
    ] {
        assert!(help.contains(variable), "{variable}");
    }
}

#[tokio::test]
async fn the_health_check_needs_no_server() {
    let store = Store::start().await;
    assert_eq!(store.get("/health-check").await.text, r#"{"status":"ok"}"#);
    assert_eq!(store.get("/").await.body["service"], "store-manager");
    store.finish().await;
}

#[tokio::test]
async fn a_database_that_is_away_is_503() {
    let store = Store::start().await;
    store.lose_database().await;
    for uri in ["/users", "/orders/1", "/stocks/1"] {
        assert_eq!(store.get(uri).await.problem(), (503, "database-unavailable"), "{uri}");
    }
    let user = json!({"name": "Ada", "email": "ada@example.org"});
    assert_eq!(store.post("/users", &user).await.problem(), (503, "database-unavailable"));
}
