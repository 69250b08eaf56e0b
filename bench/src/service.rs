//! Services beside the store that is measured: real programs, each in a process of its own that ends with the bench.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use stack::process::{Guarded, Spec};

use crate::http::{Connection, Exchange};
use crate::settings::RunSettings;

/// It creates its database first.
const READY_LIMIT: Duration = Duration::from_secs(30);
/// Services promise to end within five seconds.
const STOP_LIMIT: Duration = Duration::from_secs(7);
const POLL: Duration = Duration::from_millis(2);

/// Which of the two it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Program {
    StoreManager,
    PaymentService,
}

/// Where a service keeps what is its own.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub database_url: String,
    pub kafka_brokers: String,
    pub topic_prefix: String,
    /// Its name in the consumer group and the relay's lease.
    pub instance: String,
    /// Settings beside these.
    pub args: Vec<String>,
}

/// A service that runs; it is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Service {
    pub address: SocketAddr,
    admin: SocketAddr,
    process: Guarded,
}

impl Service {
    /// Starts its process; it does not answer yet.
    pub fn start(settings: &RunSettings, program: Program, place: &Place) -> Result<Self> {
        let [address, admin] = [free_address()?, free_address()?];
        let Place { database_url, kafka_brokers, topic_prefix, instance, args } = place;
        let spec = match program {
            Program::StoreManager => {
                Spec::new(instance, &settings.store_manager).args(["--redis-url", &settings.redis_url])
            }
            Program::PaymentService => Spec::new(instance, &settings.payment_service),
        };
        let spec = spec
            .args(["--listen", &address.to_string(), "--admin-listen", &admin.to_string()])
            .args(["--database-url", database_url, "--kafka-brokers", kafka_brokers])
            .args(["--topic-prefix", topic_prefix, "--instance-id", instance])
            .args(args)
            .env("RUST_LOG", "error");
        let process = Guarded::spawn(&spec).with_context(|| spec.command_line())?;
        Ok(Self { address, admin, process })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until it answers requests.
    pub async fn answers(&mut self) -> Result<()> {
        self.wait(self.address, &Exchange::get("/health-check"), |_| true).await
    }

    /// Waits until it says that it is ready.
    pub async fn is_ready(&mut self) -> Result<()> {
        self.wait(self.admin, &ready(), |ready| ready["status"] == "ready").await
    }

    /// Waits until it relays: it holds the lease, and has a producer.
    pub async fn relays(&mut self) -> Result<()> {
        self.wait(self.admin, &ready(), |ready| machinery(ready)["relaying"] == true).await
    }

    /// How its machinery stands, as it says itself.
    pub async fn machinery(&self) -> Result<Value> {
        Ok(machinery(&Connection::open(self.admin).await?.json(&ready()).await?).clone())
    }

    /// Reads its metrics, as Prometheus does.
    pub async fn scrape(&self) -> Result<()> {
        Connection::open(self.admin).await?.call(&Exchange::get("/metrics")).await?;
        Ok(())
    }

    /// Ends it in good order.
    pub fn stop(mut self) -> Result<()> {
        tokio::task::block_in_place(|| self.process.stop(STOP_LIMIT))?;
        Ok(())
    }

    async fn wait(&mut self, at: SocketAddr, exchange: &Exchange, is_so: impl Fn(&Value) -> bool) -> Result<()> {
        let end = Instant::now() + READY_LIMIT;
        loop {
            if let Some(status) = self.process.ended()? {
                bail!("it ended ({status})");
            }
            let answered = async { Connection::open(at).await?.json(exchange).await };
            match answered.await {
                Ok(answer) if is_so(&answer) => return Ok(()),
                last if Instant::now() > end => bail!("{} within {READY_LIMIT:?}: {last:?}", exchange.path),
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }
}

fn ready() -> Exchange {
    Exchange::get("/health/ready")
}

fn machinery(ready: &Value) -> &Value {
    &ready["dependencies"]["kafka"]["detail"]
}

/// Free a moment ago.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a free port")?;
    Ok(listener.local_addr()?)
}
