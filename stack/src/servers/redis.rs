//! A Redis or Valkey server of the stack's own, on loopback.
//!
//! It keeps nothing on the disk: what it holds is made from MySQL, and made again when it is empty.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::running::Running;
use crate::process::{Output, Spec};

const READY_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// Where a server runs.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// `redis-server` or `valkey-server`.
    pub program: PathBuf,
    /// The port on 127.0.0.1.
    pub port: u16,
    /// Its log, appended to.
    pub log: PathBuf,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Redis {
    running: Running,
    port: u16,
}

impl Redis {
    /// Starts the server; does not wait until it answers.
    pub fn launch(options: &RedisOptions) -> Result<Self> {
        let mut running = Running::new(spec(options));
        running.start()?;
        Ok(Self { running, port: options.port })
    }

    /// Starts the server and waits until it answers.
    pub fn start(options: &RedisOptions) -> Result<Self> {
        let mut server = Self::launch(options)?;
        server.wait_ready()?;
        Ok(server)
    }

    /// Waits until it answers.
    pub fn wait_ready(&mut self) -> Result<()> {
        let port = self.port;
        self.running.wait_ready(READY_LIMIT, || answers(port))
    }

    /// `redis://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// SIGKILL, as a crash.
    pub fn kill(&mut self) -> Result<()> {
        self.running.kill()
    }

    /// A clean end: SIGTERM, then up to 10 s.
    pub fn stop(&mut self) -> Result<()> {
        self.running.stop(STOP_LIMIT)?;
        Ok(())
    }

    /// Starts it again on the same port, empty, and waits until it answers.
    pub fn restart(&mut self) -> Result<()> {
        self.running.start()?;
        self.wait_ready()
    }

    /// The process itself, for one who supervises it.
    #[must_use]
    pub fn into_running(self) -> Running {
        self.running
    }
}

fn spec(options: &RedisOptions) -> Spec {
    Spec::new("redis", &options.program)
        .args(["--bind", "127.0.0.1", "--port", &options.port.to_string()])
        .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
        .output(Output::Log(options.log.clone()))
}

/// Whether a server on 127.0.0.1 answers PING.
fn answers(port: u16) -> bool {
    let limit = Duration::from_secs(1);
    let ask = || -> std::io::Result<[u8; 5]> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
        stream.set_read_timeout(Some(limit))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer == *b"+PONG")
}
