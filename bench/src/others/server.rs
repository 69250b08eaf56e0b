//! A database server of this figure's own, whose binary log is on: without it nobody can read changes there.

use std::path::Path;

use anyhow::Result;
use sqlx::MySqlPool;
use stack::ports;
use stack::servers::{Launch, MariaDbOptions, MariaDbWithBinlog, Server};
use stack::temp::TempFolder;
use stack::tools::Tools;

use crate::settings::RunSettings;

/// The server, and what relays need beside it; all of it goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Ground {
    // Before the folder: it writes there until it ends.
    _server: Server,
    folder: TempFolder,
    pub port: u16,
    /// Those of the run, with the databases on this server.
    pub settings: RunSettings,
}

impl Ground {
    pub fn new(settings: &RunSettings) -> Result<Self> {
        let folder = TempFolder::new("others")?;
        let port = ports::free()?;
        let options = MariaDbOptions {
            program: Tools::from_env()?.database,
            data: folder.path().join("mariadb"),
            port,
            log: folder.path().join("mariadb.log"),
            init_file: None,
        };
        let server = MariaDbWithBinlog(options).start()?;
        let settings = RunSettings {
            database_url: format!("{}/store", server.url()),
            payments_database_url: format!("{}/payments", server.url()),
            ..settings.clone()
        };
        Ok(Self { _server: server, folder, port, settings })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An empty binary log: who starts reads nothing of what was before, and the disk does not fill.
    pub async fn forgets(&self, pool: &MySqlPool) -> Result<()> {
        sqlx::query("RESET MASTER").execute(pool).await?;
        Ok(())
    }
}
