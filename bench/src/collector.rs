//! A collector of traces that keeps none, in a process of its own: what a real one would do with them is not the
//! store's cost.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::child::Running;
use crate::http::{Connection, Exchange};

/// Bytes that came.
type Received = Arc<AtomicU64>;

/// Serves until it is killed; the first line that it writes is where.
///
/// # Errors
/// There is no port.
pub async fn serve() -> Result<()> {
    let router = Router::new().route("/v1/traces", post(take)).route("/received", get(received));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, router.with_state(Received::default())).await?)
}

/// An empty body is OTLP's answer that all was taken.
async fn take(State(bytes): State<Received>, body: Bytes) {
    bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
}

async fn received(State(bytes): State<Received>) -> String {
    bytes.load(Ordering::Relaxed).to_string()
}

/// A collector that runs; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Collector {
    address: SocketAddr,
    _running: Running,
}

impl Collector {
    pub fn start() -> Result<Self> {
        let (running, address) = Running::serve(&["collector"])?;
        Ok(Self { address, _running: running })
    }

    /// What a service is told of it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Bytes of traces that came until now.
    pub async fn received(&self) -> Result<u64> {
        let answer = Connection::open(self.address).await?.call(&Exchange::get("/received")).await?;
        std::str::from_utf8(&answer)?.parse().context("what the collector received")
    }
}
