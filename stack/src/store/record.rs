//! What a running store tells others about itself: `up.json`, for `status`, `replay` and `audit`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::StoreOptions;
use super::member::{Member, Name};
use super::services::database_url;
use crate::ports::Ports;

const FILE: &str = "up.json";

/// A running store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Where it listens.
    pub ports: Ports,
    /// Where its data and logs are.
    pub folder: PathBuf,
    /// Its processes.
    pub members: Vec<MemberRecord>,
}

/// One process of a running store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// Its name.
    pub name: String,
    /// Its process id, unless it is down at the moment.
    pub pid: Option<u32>,
    /// Its port.
    pub port: u16,
    /// Since when this process runs.
    pub since: DateTime<Utc>,
    /// How often it was started again.
    pub restarts: u32,
}

impl Record {
    pub(super) fn new(options: &StoreOptions) -> Self {
        Self { ports: options.ports, folder: options.folder.clone(), members: Vec::new() }
    }

    /// Writes how the processes stand now; whole or not at all, because others read it any time.
    pub(super) fn write(&mut self, members: &[Member]) -> Result<()> {
        self.members = members
            .iter()
            .map(|member| MemberRecord {
                name: member.name.to_string(),
                pid: member.running.pid().filter(|_| member.retry_at.is_none()),
                port: member.port,
                since: member.since.into(),
                restarts: member.restarts,
            })
            .collect();
        let path = self.folder.join(FILE);
        let half = path.with_extension("new");
        fs::write(&half, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&half, path)?;
        Ok(())
    }

    /// Reads it from a stack's folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
    }

    /// Whether clients go through a gateway.
    #[must_use]
    pub fn has_gateway(&self) -> bool {
        self.members.iter().any(|member| member.name == Name::Gateway.as_str())
    }

    /// The process ids of the two services, by name.
    #[must_use]
    pub fn pid(&self, name: &str) -> Option<u32> {
        self.members.iter().find(|member| member.name == name)?.pid
    }
}

impl Ports {
    /// store-manager's database.
    #[must_use]
    pub fn store_database(&self) -> String {
        database_url(self.mysql, "store_manager")
    }

    /// payment-service's database.
    #[must_use]
    pub fn payments_database(&self) -> String {
        database_url(self.mysql, "payments")
    }
}
