//! Relays of others, started as their makers say: [Debezium Server](debezium) and [watermill's forwarder](watermill).
//!
//! Owns how they are had (from registries, once, in the user's cache folder), set up, and given rows. What is measured
//! is for `measures/others.rs`; the settings and their reasons stand in `docs/bench/others.md`.

pub(crate) mod debezium;
mod server;
pub(crate) mod watermill;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, MySqlPool};
use stack::process::Guarded;

pub(crate) use self::server::Ground;
use crate::topic::Topic;

/// A JVM, its connector and a look at the tables come first.
const READY_LIMIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// Waits until that SQL says true, which is when what is committed from then on will be relayed.
async fn listens(process: &mut Guarded, log: &Path, pool: &MySqlPool, question: &'static str) -> Result<()> {
    let began = Instant::now();
    // The log goes with its folder.
    let said = || std::fs::read_to_string(log).unwrap_or_default();
    while !sqlx::query_scalar::<_, bool>(AssertSqlSafe(question)).fetch_one(pool).await? {
        ensure!(process.ended()?.is_none(), "it ended: {}", said());
        ensure!(began.elapsed() < READY_LIMIT, "it does not listen within {READY_LIMIT:?}: {}", said());
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

/// Sees a first event through: what begins with it is not measured.
async fn sees_the_first(topic: &Topic, emit: impl Future<Output = Result<()>>) -> Result<()> {
    let since = topic.ends()?;
    emit.await?;
    topic.gets(1, &since, READY_LIMIT).await?;
    Ok(())
}
