//! The servers a store needs: MariaDB (or MySQL), Redis (or Valkey), Apache Kafka, and the gateway.
//!
//! Owns how each is set up, started, found ready, stopped and killed, on ports and in a
//! folder the caller gives. Where the programs come from is known by [`crate::tools`].

mod gateway;
mod kafka;
mod kafka_probe;
mod mariadb;
mod mariadb_data;
mod redis;
mod running;
mod server;

pub use gateway::GatewayOptions;
pub use kafka::KafkaOptions;
pub use mariadb::{MariaDbOptions, MariaDbWithBinlog};
pub use mariadb_data::{Flavour, missing_helper};
pub use redis::RedisOptions;
pub use running::Running;
pub use server::{Launch, Server};
