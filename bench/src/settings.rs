//! What the bench is told: where the store is, and how long to measure.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::measures;

/// Measures a running store against the bare limit of the same machine
#[derive(Debug, Parser)]
#[command(name = "store-bench", version)]
pub struct Settings {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What this program can be.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measures, and writes the report
    Run(Box<RunSettings>),
    /// Serves the bare route that GraphQL reads are compared to; `run` starts it
    Route(RouteSettings),
    /// Takes traces over OTLP and keeps none; `run` starts it
    Collector,
}

/// Settings of `run`.
#[derive(Debug, Clone, Args)]
pub struct RunSettings {
    /// store-manager
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub store: SocketAddr,
    /// The gateway before it; without one its measure is left out
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub gateway: Option<SocketAddr>,
    /// The database of store-manager; those of the bench get its name and a suffix
    #[arg(long, value_name = "URL")]
    pub database_url: String,
    /// The database of payment-service
    #[arg(long, value_name = "URL")]
    pub payments_database_url: String,
    /// The Redis of the read models
    #[arg(long, value_name = "URL")]
    pub redis_url: String,
    /// The broker
    #[arg(long, value_name = "LIST")]
    pub kafka_brokers: String,
    /// Its version, for the report
    #[arg(long, value_name = "VERSION")]
    pub kafka_version: Option<String>,
    /// What stands before the store's topics and keys
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub topic_prefix: String,
    /// The program of store-manager, to run others beside the store
    #[arg(long, value_name = "PROGRAM")]
    pub store_manager: PathBuf,
    /// The program of payment-service, for the same
    #[arg(long, value_name = "PROGRAM")]
    pub payment_service: PathBuf,
    /// How long one side is measured in one round
    #[arg(long, default_value = "1", value_parser = seconds, value_name = "SECONDS")]
    pub seconds: Duration,
    /// Rounds that count, after one that warms up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000), value_name = "N")]
    pub rounds: u32,
    /// Connections at the same time, each with one request at a time
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256), value_name = "N")]
    pub connections: u16,
    /// The share of what is large that is used, backlogs and past orders, for a brief look: 1 is all of it
    #[arg(long, default_value_t = 1.0, value_parser = share, value_name = "SHARE")]
    pub scale: f64,
    /// Past orders of the store that is compared to an empty one
    #[arg(long, default_value_t = 500_000, value_name = "N")]
    pub past_orders: u64,
    /// How long memory is looked at, in minutes [default: as long as everything else]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=600), value_name = "MINUTES")]
    pub memory_minutes: Option<u32>,
    /// A process of the store whose memory is looked at, such as `kafka=4711`; may be repeated
    #[arg(long = "process", value_parser = process, value_name = "NAME=PID")]
    pub processes: Vec<(String, u32)>,
    /// The folder of baskets that are replayed; without one that measure is left out
    #[arg(long, value_name = "DIR")]
    pub baskets: Option<PathBuf>,
    /// Only this measure; may be repeated
    #[arg(long, value_parser = measures::names(), value_name = "NAME")]
    pub only: Vec<String>,
    /// Where the report goes
    #[arg(long, value_name = "FILE")]
    pub json: PathBuf,
}

/// Settings of `route`.
#[derive(Debug, Args)]
pub struct RouteSettings {
    /// The Redis of the read models
    #[arg(long, value_name = "URL")]
    pub redis_url: String,
    /// What stands before the store's keys
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub topic_prefix: String,
}

impl RunSettings {
    /// So many in this run.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rough share"
    )]
    pub(crate) fn scaled(&self, whole: u64) -> u64 {
        ((whole as f64 * self.scale).ceil() as u64).max(1)
    }
}

fn process(text: &str) -> Result<(String, u32), String> {
    let (name, pid) = text.split_once('=').ok_or("write it as NAME=PID")?;
    Ok((name.to_owned(), pid.parse().map_err(|_| "a process id is a number")?))
}

fn share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    share.filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| "a number above 0, and 1 at most".to_owned())
}

/// At most an hour; a round shorter than a few milliseconds would count nothing.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds, such as 1 or 0.5".to_owned())?;
    if (0.05..=3_600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("from 0.05 to 3600 seconds".to_owned())
    }
}
