//! A gateway of the stack's own, on loopback, before the two services of one store.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use super::server::{Kind, Launch, Server, ask};
use crate::gateway::{self, Place};
use crate::process::Output;
use crate::tools::Gateway as Source;

const KIND: Kind =
    Kind { scheme: "http://", ready_limit: Duration::from_secs(30), stop_limit: Duration::from_secs(7), answers };

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

impl Launch for GatewayOptions {
    fn launch(&self) -> Result<Server> {
        let template = &self.source.template;
        let template = fs::read_to_string(template).with_context(|| template.display().to_string())?;
        if let Some(folder) = self.config.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.config, gateway::config(&template, self.place)?)?;
        self.source.program.clear(&self.config);
        let spec = self.source.program.spec(&self.config).output(Output::Log(self.log.clone()));
        Server::launch(spec, self.place.gateway, KIND)
    }
}

/// Whether the gateway itself is up, which asks no service.
fn answers(port: u16) -> bool {
    const HEALTH: &[u8] = b"GET /__health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    ask(port, HEALTH).is_ok_and(|answer| answer == *b"HTTP/1.1 200")
}
