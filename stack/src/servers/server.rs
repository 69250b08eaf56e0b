//! What all servers of the stack have in common once they were started.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Result;

use super::running::Running;
use crate::process::Spec;

/// How long a server may take to answer one question before it counts as not ready.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);

/// A server that can be started where its options say.
pub trait Launch {
    /// Makes what it needs and starts it; does not wait until it answers.
    fn launch(&self) -> Result<Server>;

    /// Starts it and waits until it answers.
    fn start(&self) -> Result<Server> {
        let mut server = self.launch()?;
        server.wait_ready()?;
        Ok(server)
    }
}

/// How one kind of server is found ready and given time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// What stands before the address in its URL; empty where clients take the address alone.
    pub scheme: &'static str,
    /// How long a start may take, recovery after a kill and a loaded machine included.
    pub ready_limit: Duration,
    /// How long a clean end may take.
    pub stop_limit: Duration,
    /// Whether the one on this port of 127.0.0.1 serves.
    pub answers: fn(u16) -> bool,
}

/// A server on 127.0.0.1; killed when dropped.
#[derive(Debug)]
pub struct Server {
    running: Running,
    port: u16,
    kind: Kind,
}

impl Server {
    /// Starts the command.
    pub(super) fn launch(spec: Spec, port: u16, kind: Kind) -> Result<Self> {
        let mut running = Running::new(spec);
        running.start()?;
        Ok(Self { running, port, kind })
    }

    /// Waits until it answers.
    pub fn wait_ready(&mut self) -> Result<()> {
        let (port, answers) = (self.port, self.kind.answers);
        self.running.wait_ready(self.kind.ready_limit, || answers(port))
    }

    /// Where its clients find it: `mysql://root@127.0.0.1:PORT`, `redis://127.0.0.1:PORT`, `127.0.0.1:PORT` for Kafka.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}127.0.0.1:{}", self.kind.scheme, self.port)
    }

    /// Its process id while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.running.pid()
    }

    /// SIGKILL, as a crash.
    pub fn kill(&mut self) -> Result<()> {
        self.running.kill()
    }

    /// A clean end: SIGTERM, and SIGKILL if that takes too long.
    pub fn stop(&mut self) -> Result<()> {
        self.running.stop(self.kind.stop_limit)?;
        Ok(())
    }

    /// Starts it again on the same port with the same data, and waits until it answers.
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

/// The first bytes that the server on that port of 127.0.0.1 says to `question`, which may be nothing.
pub(super) fn ask<const N: usize>(port: u16, question: &[u8]) -> std::io::Result<[u8; N]> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), ANSWER_LIMIT)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.write_all(question)?;
    let mut answer = [0; N];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}
