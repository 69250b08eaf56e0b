//! The harness of the system tests: a whole store for each test, from the real binaries on real servers.
//!
//! Owns starting, killing, pausing and restarting services and servers, looking at what they did (HTTP, topics,
//! tables, logs), and the assertions that hold after every test ([`Store::finish`]). What is tested stands in
//! `tests/it/`; what must be true of a store at rest is the audit's to say.
//!
//! Nothing here sleeps for a fixed time: [`wait_until`] looks again until what is waited for has come, and says
//! what it last saw when it has not.

#![allow(clippy::missing_panics_doc, reason = "a harness panics: that is how a test fails")]
#![allow(clippy::must_use_candidate, reason = "what looks also checks; a test may want no more")]

mod collector;
mod database;
mod environment;
mod gateway;
mod http;
mod lab_page;
mod ports;
mod run;
mod scrape;
mod servers;
mod service;
mod shop;
mod signal;
mod slots;
mod store;
pub mod tools;
mod topics;
mod wait;

pub use collector::{Collector, SeenSpan};
pub use database::Database;
pub use environment::{Environment, environment};
pub use gateway::Gateway;
pub use http::{Answer, Api};
pub use lab_page::LabPage;
pub use run::{Ended, run_to_end, run_to_end_within};
pub use scrape::Scrape;
pub use servers::Servers;
pub use service::{Service, Signal};
pub use shop::{DECLINED_CARD, GOOD_CARD, Item, card_body, id_in, order_body};
pub use slots::servers as server_slot;
pub use store::{PAYMENT_SERVICE, STORE_MANAGER, Store, StoreBuilder};
pub use topics::{Record, Topics};
pub use wait::{Seen, wait_until, wait_until_within};
