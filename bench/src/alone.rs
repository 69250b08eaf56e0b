//! A second store-manager, alone: with a database of its own, and a broker that is away.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sqlx::MySqlPool;

use crate::catalogue::Catalogue;
use crate::child::Running;
use crate::http::{Connection, Exchange};
use crate::settings::RunSettings;

/// Nobody listens there.
const AWAY: &str = "127.0.0.1:1";
/// It creates its database first.
const READY_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

/// It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Alone {
    pub address: SocketAddr,
    pub catalogue: Catalogue,
    /// Its database.
    pub pool: MySqlPool,
    _running: Running,
}

impl Alone {
    /// Starts it, and makes what orders need.
    pub async fn start(settings: &RunSettings) -> Result<Self> {
        let address = free_address()?;
        let database_url = format!("{}_alone", settings.database_url);
        let mut command = Command::new(&settings.store_manager);
        command
            .args(["--listen", &address.to_string(), "--admin-listen", "127.0.0.1:0", "--kafka-brokers", AWAY])
            .args(["--database-url", &database_url, "--redis-url", &settings.redis_url])
            // Keys of its own in the same Redis.
            .args(["--topic-prefix", &format!("{}alone.", settings.topic_prefix)])
            .env("RUST_LOG", "error");
        let mut running = Running::start(&mut command)?;
        wait_until_ready(address, &mut running).await.context("the store-manager whose broker is away")?;
        let catalogue = Catalogue::make(address).await?;
        Ok(Self { address, catalogue, pool: MySqlPool::connect_lazy(&database_url)?, _running: running })
    }
}

async fn wait_until_ready(address: SocketAddr, running: &mut Running) -> Result<()> {
    let end = Instant::now() + READY_LIMIT;
    loop {
        running.check()?;
        let answered = async { Connection::open(address).await?.call(&Exchange::get("/health-check")).await };
        match answered.await {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > end => bail!("no answer within {READY_LIMIT:?}: {error:#}"),
            Err(_) => tokio::time::sleep(POLL).await,
        }
    }
}

/// Free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
