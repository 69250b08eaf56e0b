//! Settings: wrong ones are refused by name, secrets are not shown, and the handlers are those of the map.

use clap::{CommandFactory, Parser};
use payment_service::app::registry;
use payment_service::config::Settings;

#[test]
fn the_handlers_are_those_of_the_sagas_map() {
    let settings = Settings::try_parse_from(["payment-service"]).unwrap();
    assert_eq!(registry(&settings.policy()).check(), Ok(()));
}

#[test]
fn wrong_settings_are_refused_by_name() {
    for (flag, value) in [
        ("--listen", "everywhere"),
        ("--admin-listen", "5010"),
        ("--payment-ceiling", "-1"),
        ("--payment-ceiling", "12.345"),
        ("--blocked-users", "1,two"),
        ("--payment-link-base", "pay.example"),
        ("--payment-ttl-s", "0"),
        ("--currency", "dollars"),
        ("--database-connections", "0"),
    ] {
        let argument = format!("{flag}={value}");
        let error = Settings::try_parse_from(["payment-service", &argument]).unwrap_err().to_string();
        assert!(error.contains(flag), "{argument}: {error}");
    }
}

#[test]
fn a_password_is_never_shown() {
    let url = "mysql://app:pa55word@db/payments";
    let settings = Settings::try_parse_from(["payment-service", "--database-url", url]).unwrap();
    assert!(!format!("{settings:?}").contains("pa55word"));
    assert_eq!(settings.saga.database_url.as_deref(), Some(url));
}

#[test]
fn help_lists_every_setting_with_its_environment_variable() {
    let help = Settings::command().render_long_help().to_string();
    for variable in [
        "PAYMENT_LISTEN",
        "PAYMENT_ADMIN_LISTEN",
        "PAYMENT_CEILING",
        "PAYMENT_BLOCKED_USERS",
        "PAYMENT_LINK_BASE",
        "PAYMENT_TTL_S",
        "PAYMENT_EXPIRY_CRON",
        "PAYMENT_CURRENCY",
        "SAGA_DATABASE_URL",
        "SAGA_KAFKA_BROKERS",
    ] {
        assert!(help.contains(variable), "{variable}");
    }
}
