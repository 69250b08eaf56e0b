//! What the store and its tests need from the machine: servers, a Java runtime, a C compiler, a browser.
//!
//! Owns finding it, naming what is missing, and setting it up. Running it is for
//! [`crate::servers`] and [`crate::build`].

pub mod cache;
pub mod find;
mod for_tests;
mod gateway;
pub mod go;
mod install;
pub mod java;
pub mod kafka_jars;
mod look;
mod promtool;
mod redis;
mod requirement;

use std::path::PathBuf;

use anyhow::{Context, Result};

pub use for_tests::TestTools;
pub use gateway::{Gateway, Preparation};
pub use install::advice;
pub use requirement::{Need, Requirement, State, all};

use crate::t;
use crate::term::Step;

/// The programs and jars that servers are started from.
#[derive(Clone, Debug)]
pub struct Tools {
    /// `mariadbd` or `mysqld`.
    pub database: PathBuf,
    /// `redis-server` or `valkey-server`.
    pub redis: PathBuf,
    /// `java`, 17 or newer.
    pub java: PathBuf,
    /// The folder of Kafka's jars.
    pub kafka_lib: PathBuf,
}

impl Tools {
    /// Finds everything; sets up what is missing, and says so while it does.
    pub fn ready() -> Result<Self> {
        install::missing(requirement::for_stores)?;
        let kafka_lib = kafka_jars::folder()?;
        if !kafka_jars::complete(&kafka_lib) {
            let version = kafka_jars::VERSION;
            let mut step = Step::start(t!(
                "fetching Apache Kafka {version} with Maven (once)",
                "téléchargement d'Apache Kafka {version} par Maven (une seule fois)"
            ));
            kafka_jars::fetch(&kafka_lib, &mut step)?;
            step.done("");
        }
        Self::found(kafka_lib)
    }

    fn found(kafka_lib: PathBuf) -> Result<Self> {
        Ok(Self {
            database: find::database()
                .with_context(|| t!("no database server on PATH", "aucun serveur de base de données dans le PATH"))?,
            redis: redis::program()?,
            java: java::find().with_context(|| t!("no Java runtime on PATH", "aucun Java dans le PATH"))?.program,
            kafka_lib,
        })
    }

    /// What `cargo stack test` found, for tests that start servers of their own:
    /// `TEST_MARIADBD`, `TEST_REDIS_SERVER`, `TEST_JAVA` and `TEST_KAFKA_LIB`; what is not set is looked for.
    pub fn from_env() -> Result<Self> {
        let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let kafka_lib = match set("TEST_KAFKA_LIB") {
            Some(lib) => lib,
            None => kafka_jars::folder()?,
        };
        Ok(Self {
            database: set("TEST_MARIADBD").or_else(find::database).context("TEST_MARIADBD")?,
            redis: set("TEST_REDIS_SERVER").map_or_else(redis::program, Ok)?,
            java: set("TEST_JAVA").or_else(|| java::find().map(|java| java.program)).context("TEST_JAVA")?,
            kafka_lib,
        })
    }
}
