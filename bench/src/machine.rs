//! What the figures were measured on.

use anyhow::{Context, Result};
use serde::Serialize;
use sqlx::{Connection, MySqlConnection};

use crate::settings::RunSettings;

/// The machine and the servers.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// The processor's name, where the system tells it.
    pub processor: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
    /// Memory, where the system tells it.
    pub memory_bytes: Option<u64>,
    /// The operating system, such as `Linux 6.12.1`.
    pub system: String,
    /// The database server's version.
    pub database: String,
    /// When a commit of the database reaches the disk: 1 is at once.
    pub flush_log_at_commit: u64,
    /// Memory of the database for what it reads.
    pub buffer_pool_bytes: u64,
    /// The Redis server's version.
    pub redis: String,
    /// The broker's version, where whoever runs the bench knows it: a client is not told.
    pub broker: Option<String>,
}

/// Asks the system and the servers.
pub(crate) async fn look(settings: &RunSettings) -> Result<Machine> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let release = read("/proc/sys/kernel/osrelease");
    let name = std::env::consts::OS;
    let memory_kb: Option<u64> = value(&read("/proc/meminfo"), "MemTotal").and_then(|text| number(&text));
    let mut database = MySqlConnection::connect(&settings.database_url).await.context("the database")?;
    let (version, flush_log_at_commit, buffer_pool_bytes): (String, u64, u64) = sqlx::query_as(
        "SELECT VERSION(), CAST(@@innodb_flush_log_at_trx_commit AS UNSIGNED),
                CAST(@@innodb_buffer_pool_size AS UNSIGNED)",
    )
    .fetch_one(&mut database)
    .await?;
    let mut redis = redis::Client::open(settings.redis_url.as_str())?.get_multiplexed_async_connection().await?;
    let info: String = redis::cmd("INFO").arg("server").query_async(&mut redis).await.context("Redis")?;
    Ok(Machine {
        processor: value(&read("/proc/cpuinfo"), "model name"),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_bytes: memory_kb.map(|kb| kb * 1_024),
        system: format!("{name} {}", release.trim()).trim().to_owned(),
        database: version,
        flush_log_at_commit,
        buffer_pool_bytes,
        broker: settings.kafka_version.clone(),
        redis: value(&info, "redis_version").unwrap_or_default(),
    })
}

/// What stands behind `name` and a colon on the first line that has it.
fn value(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        (found.trim() == name).then(|| value.trim().to_owned())
    })
}

fn number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_behind_their_names() {
        let text = "processor\t: 0\nmodel name\t: A: quick one\nMemTotal:       24684312 kB\n";
        assert_eq!(value(text, "model name").as_deref(), Some("A: quick one"));
        assert_eq!(value(text, "MemTotal").and_then(|text| number(&text)), Some(24_684_312));
        assert_eq!(value(text, "model"), None);
    }
}
