//! Services beside the store that is measured: real programs, each in a process of its own that ends with the bench.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child::Running;
use crate::http::{Connection, Exchange};
use crate::settings::RunSettings;

/// It creates its database first.
const READY_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(2);

/// Where a service keeps what is its own.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub database_url: String,
    pub kafka_brokers: String,
    pub topic_prefix: String,
    /// Its name in the consumer group and the relay's lease.
    pub instance: String,
}

/// A service that runs; it is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Service {
    pub address: SocketAddr,
    admin: SocketAddr,
    running: Running,
}

impl Service {
    /// store-manager; it does not answer yet.
    pub fn store_manager(settings: &RunSettings, place: &Place) -> Result<Self> {
        Self::start(&settings.store_manager, place, &["--redis-url", &settings.redis_url])
    }

    /// payment-service; it does not answer yet.
    pub fn payment_service(settings: &RunSettings, place: &Place) -> Result<Self> {
        Self::start(&settings.payment_service, place, &[])
    }

    fn start(program: &Path, place: &Place, more: &[&str]) -> Result<Self> {
        let [address, admin] = [free_address()?, free_address()?];
        let Place { database_url, kafka_brokers, topic_prefix, instance } = place;
        let mut command = Command::new(program);
        command
            .args(["--listen", &address.to_string(), "--admin-listen", &admin.to_string()])
            .args(["--database-url", database_url, "--kafka-brokers", kafka_brokers])
            .args(["--topic-prefix", topic_prefix, "--instance-id", instance])
            .args(more)
            .env("RUST_LOG", "error");
        Ok(Self { address, admin, running: Running::start(&mut command)? })
    }

    /// Waits until it answers requests.
    pub async fn answers(&mut self) -> Result<()> {
        self.wait(&Exchange::get("/health-check"), false, |_| true).await
    }

    /// Waits until it relays: it holds the lease, and has a producer.
    pub async fn relays(&mut self) -> Result<()> {
        self.wait(&Exchange::get("/health/ready"), true, |ready| {
            ready["dependencies"]["kafka"]["detail"]["relaying"] == Value::Bool(true)
        })
        .await
    }

    async fn wait(&mut self, exchange: &Exchange, of_admin: bool, is_so: impl Fn(&Value) -> bool) -> Result<()> {
        let address = if of_admin { self.admin } else { self.address };
        let end = Instant::now() + READY_LIMIT;
        loop {
            self.running.check()?;
            let answered = async { Connection::open(address).await?.json(exchange).await };
            match answered.await {
                Ok(answer) if is_so(&answer) => return Ok(()),
                last if Instant::now() > end => bail!("{} within {READY_LIMIT:?}: {last:?}", exchange.path),
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }
}

/// Free a moment ago.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a free port")?;
    Ok(listener.local_addr()?)
}
