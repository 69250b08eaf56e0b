//! A Redis or Valkey server of the stack's own, on loopback.
//!
//! It keeps nothing on the disk: what it holds is made from MySQL, and made again when it is empty.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::server::{Kind, Launch, Server, ask};
use crate::process::{Output, Spec};

const KIND: Kind = Kind {
    scheme: "redis://",
    ready_limit: Duration::from_secs(30),
    stop_limit: Duration::from_secs(10),
    answers: |port| ask(port, b"PING\r\n").is_ok_and(|answer| answer == *b"+PONG"),
};

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

impl Launch for RedisOptions {
    fn launch(&self) -> Result<Server> {
        Server::launch(spec(self), self.port, KIND)
    }
}

fn spec(options: &RedisOptions) -> Spec {
    Spec::new("redis", &options.program)
        .args(["--bind", "127.0.0.1", "--port", &options.port.to_string()])
        .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
        .output(Output::Log(options.log.clone()))
}
