//! The settings of this service, by flag or environment. Wrong ones are refused at start, by name.

use std::net::SocketAddr;

use clap::Parser;
use clap::builder::BoolishValueParser;
use saga_kit::SagaSettings;
use service_kit::{SecretUrl, TelemetrySettings};
use shared_events::Currency;

/// The database when --database-url names none.
pub const DEFAULT_DATABASE_URL: &str = "mysql://root@127.0.0.1:3306/store_manager";

/// The store: users, products, stock, and orders that are sagas
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Settings {
    /// Where HTTP is served
    #[arg(long, env = "STORE_LISTEN", default_value = "127.0.0.1:5000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Where health, metrics, parked events and overdue sagas are served, for operators: it asks nobody who they are
    #[arg(long, env = "STORE_ADMIN_LISTEN", default_value = "127.0.0.1:5001", value_name = "ADDRESS:PORT")]
    pub admin_listen: SocketAddr,
    /// The currency of prices and orders
    #[arg(long, env = "STORE_CURRENCY", default_value = "CAD", value_name = "CODE")]
    pub currency: Currency,
    /// Load three users and four products with their stock into a store that has none
    #[arg(long, env = "STORE_SAMPLE_DATA", value_parser = BoolishValueParser::new())]
    pub sample_data: bool,
    /// The Redis of the read models, `redis://[USER:PASSWORD@]HOST:PORT[/DB]`; while it is away MySQL answers
    #[arg(
        long,
        env = "STORE_REDIS_URL",
        default_value = "redis://127.0.0.1:6379",
        value_name = "URL",
        hide_env_values = true
    )]
    pub redis_url: SecretUrl,
    /// When the read models are held against MySQL: six fields, seconds first, UTC
    #[arg(long, env = "STORE_CHECK_CRON", default_value = "41 */10 * * * *", value_name = "CRON")]
    pub check_cron: String,
    /// After how many seconds a saga that has not ended is overdue: counted, listed on the admin port, and logged
    #[arg(
        long,
        env = "STORE_SAGA_OVERDUE_S",
        default_value_t = 30,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    pub saga_overdue_s: u64,
    /// The machinery's settings
    #[command(flatten)]
    pub saga: SagaSettings,
    /// The settings of the traces
    #[command(flatten)]
    pub telemetry: TelemetrySettings,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn defaults_are_a_store_on_loopback() {
        let settings = Settings::try_parse_from(["store-manager"]).unwrap();
        assert!(settings.listen.ip().is_loopback());
        assert_eq!((settings.listen.port(), settings.currency.as_str(), settings.sample_data), (5000, "CAD", false));
    }

    #[test]
    fn a_wrong_setting_is_refused_by_name() {
        for (flag, value) in [("--listen", "5000"), ("--currency", "dollars"), ("--topic-partitions", "0")] {
            let refused = Settings::try_parse_from(["store-manager", flag, value]).unwrap_err().to_string();
            assert!(refused.contains(flag), "{refused}");
        }
    }

    #[test]
    fn every_setting_has_an_environment_variable() {
        let command = Settings::command();
        let settings = command.get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()));
        for setting in settings {
            assert!(setting.get_env().is_some(), "{}", setting.get_id());
        }
    }
}
