//! The gateway: `krakend/krakend.json` on this machine, run by KrakenD or by our assembly of its modules.
//!
//! Owns the copy of the configuration with this store's addresses in it, and how each program is called. Which
//! routes there are and how they are limited is the file's to say.

mod config;
mod program;

pub use config::{Place, config};
pub use program::Program;

/// The configuration, from the workspace's root.
pub const CONFIG_FILE: &str = "krakend/krakend.json";

/// What the gateway answers by itself, with 200, as soon as it runs; no service is asked.
pub const HEALTH_PATH: &str = "/__health";
