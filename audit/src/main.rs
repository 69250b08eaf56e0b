//! `store-audit`: the audit as a program. Exit code 0 only when everything holds.

use std::process::ExitCode;
use std::time::Duration;

use audit::{Verdict, audit, audit_when_settled};
use clap::Parser;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions, MySqlPool};

/// How long a server may take to answer before it counts as away.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Holds the two databases of the store against each other; exit code 0 only when everything holds
#[derive(Parser)]
#[command(name = "store-audit", version)]
struct Settings {
    /// The database of store-manager
    #[arg(
        long,
        env = "AUDIT_STORE_DATABASE_URL",
        default_value = "mysql://root@127.0.0.1:3306/store_manager",
        value_name = "URL",
        hide_env_values = true
    )]
    store_database_url: String,
    /// The database of payment-service
    #[arg(
        long,
        env = "AUDIT_PAYMENTS_DATABASE_URL",
        default_value = "mysql://root@127.0.0.1:3306/payments",
        value_name = "URL",
        hide_env_values = true
    )]
    payments_database_url: String,
    /// Prints a JSON array of {name, ok, detail} in place of text
    #[arg(long)]
    json: bool,
    /// Waits until no saga is under way and nothing is unsent, so many seconds at most
    #[arg(long, default_value_t = 0, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=86_400))]
    wait_s: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let settings = Settings::parse();
    match run(&settings).await {
        Ok(verdict) if verdict.is_clean() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("store-audit: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(settings: &Settings) -> Result<Verdict, String> {
    let store = connect("--store-database-url", &settings.store_database_url).await?;
    let payments = connect("--payments-database-url", &settings.payments_database_url).await?;
    let verdict = match settings.wait_s {
        0 => audit(&store, &payments).await,
        seconds => audit_when_settled(&store, &payments, Duration::from_secs(seconds)).await,
    };
    let verdict = verdict.map_err(|error| format!("the databases cannot be read: {error}"))?;
    if settings.json {
        let json = serde_json::to_string_pretty(&verdict.checks).map_err(|error| error.to_string())?;
        println!("{json}");
    } else {
        println!("{verdict}");
    }
    Ok(verdict)
}

/// The URL is never repeated: it may hold a password.
async fn connect(flag: &str, url: &str) -> Result<MySqlPool, String> {
    // The driver would take any scheme.
    let is_ours = url.starts_with("mysql://") || url.starts_with("mariadb://");
    let options: Option<MySqlConnectOptions> = is_ours.then(|| url.parse().ok()).flatten();
    let options = options.ok_or_else(|| format!("{flag} is not of the form mysql://USER:PASSWORD@HOST:PORT/NAME"))?;
    // A connection of its own first: the pool would keep trying, and then name its own patience as the error.
    let tried = tokio::time::timeout(CONNECT_LIMIT, options.connect()).await;
    let tried = tried.map_err(|_| format!("the database of {flag} does not answer"))?;
    tried.map_err(|error| format!("the database of {flag} cannot be read: {error}"))?;
    Ok(MySqlPoolOptions::new().max_connections(2).connect_lazy_with(options))
}
