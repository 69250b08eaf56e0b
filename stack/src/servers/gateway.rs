//! A gateway of the stack's own, on loopback, before the two services of one store.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use super::running::Running;
use crate::gateway::{self, Place};
use crate::process::Output;
use crate::tools::Gateway as Source;

const READY_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(7);

/// Where a gateway runs.
#[derive(Clone, Debug)]
pub struct GatewayOptions {
    /// Its program, and what its configuration is made from.
    pub source: Source,
    /// Its port, and those of the services behind it.
    pub place: Place,
    /// Its configuration, written at each start.
    pub config: PathBuf,
    /// Its log, appended to.
    pub log: PathBuf,
}

/// A running gateway; killed when dropped.
#[derive(Debug)]
pub struct Gateway {
    running: Running,
    port: u16,
}

impl Gateway {
    /// Writes the configuration and starts the gateway; does not wait until it answers.
    pub fn launch(options: &GatewayOptions) -> Result<Self> {
        let template = &options.source.template;
        let template = fs::read_to_string(template).with_context(|| template.display().to_string())?;
        if let Some(folder) = options.config.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&options.config, gateway::config(&template, options.place)?)?;
        let spec = options.source.program.spec(&options.config).output(Output::Log(options.log.clone()));
        let mut running = Running::new(spec);
        running.start()?;
        Ok(Self { running, port: options.place.gateway })
    }

    /// Starts the gateway and waits until it answers.
    pub fn start(options: &GatewayOptions) -> Result<Self> {
        let mut gateway = Self::launch(options)?;
        gateway.wait_ready()?;
        Ok(gateway)
    }

    /// Waits until it answers.
    pub fn wait_ready(&mut self) -> Result<()> {
        let port = self.port;
        self.running.wait_ready(READY_LIMIT, || answers(port))
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// SIGKILL, as a crash.
    pub fn kill(&mut self) -> Result<()> {
        self.running.kill()
    }

    /// A clean end: SIGTERM, then up to 7 s.
    pub fn stop(&mut self) -> Result<()> {
        self.running.stop(STOP_LIMIT)?;
        Ok(())
    }

    /// Starts it again on the same port, and waits until it answers.
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

/// Whether the gateway itself is up, which asks no service.
fn answers(port: u16) -> bool {
    const GOOD: &[u8; 12] = b"HTTP/1.1 200";
    let limit = Duration::from_secs(1);
    let ask = || -> std::io::Result<[u8; 12]> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
        stream.set_read_timeout(Some(limit))?;
        stream.write_all(b"GET /__health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer == *GOOD)
}
