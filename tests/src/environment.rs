//! Where the servers and the built services are, from the environment that `cargo stack test` sets.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use stack::gateway::{CONFIG_FILE, Program};
use stack::tools::Gateway;

/// What each test needs to know of its surroundings.
#[derive(Debug)]
pub struct Environment {
    /// `TEST_DATABASE_URL`: the database server, `mysql://USER:PASSWORD@HOST:PORT` without a database.
    pub database_url: String,
    /// `TEST_KAFKA_BROKERS`: the broker, `HOST:PORT`.
    pub kafka_brokers: String,
    /// `TEST_REDIS_URL`: the Redis that all stores share, `redis://HOST:PORT`.
    pub redis_url: String,
    /// `TEST_GATEWAY`: the program of the gateways that stand before the stores.
    pub gateway: Gateway,
    /// `TEST_BIN_DIR`: the folder of the built services; the workspace's release folder unless set.
    pub bin_dir: PathBuf,
}

static ENVIRONMENT: LazyLock<Environment> = LazyLock::new(|| Environment {
    database_url: required("TEST_DATABASE_URL").trim_end_matches('/').to_owned(),
    kafka_brokers: required("TEST_KAFKA_BROKERS"),
    redis_url: required("TEST_REDIS_URL"),
    gateway: Gateway {
        program: Program::at(required("TEST_GATEWAY")),
        template: Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(CONFIG_FILE),
    },
    bin_dir: bin_dir(),
});

/// The surroundings of this test run; panics with what to do when there are none.
pub fn environment() -> &'static Environment {
    &ENVIRONMENT
}

impl Environment {
    /// A built service.
    pub fn program(&self, name: &str) -> PathBuf {
        let program = self.bin_dir.join(name);
        assert!(program.is_file(), "{} is not built: run `cargo stack test`", program.display());
        program
    }
}

pub(crate) fn required(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: these tests need a database, a Redis, a broker, a gateway and the built services; run `cargo stack test`"
        )
    })
}

fn bin_dir() -> PathBuf {
    if let Some(folder) = std::env::var_os("TEST_BIN_DIR") {
        return folder.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    target.join("release")
}
