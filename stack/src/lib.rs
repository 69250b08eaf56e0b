//! `cargo stack`: the whole store on one machine.
//!
//! Owns: finding and starting the servers, building and supervising the services,
//! the demo, the replay of real baskets, and the set-up of the tests.
//! Leaves to others: everything about orders, stock and payments. The stack knows the
//! services by their HTTP answers alone, as any client does, so that what the demo
//! claims is what a client can see.
//!
//! The crate is a library too, so that tests can start, kill and restart servers of
//! their own ([`servers::MariaDbOptions`], [`servers::KafkaOptions`], [`process::Guarded`]).

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod audit;
pub mod bench;
pub mod build;
pub mod cents;
pub mod cli;
pub mod demo;
pub mod gateway;
pub mod http;
pub mod interrupt;
pub mod lang;
pub mod lock;
pub mod ports;
pub mod process;
pub mod replay;
pub mod servers;
pub mod store;
pub mod temp;
pub mod term;
pub mod tools;
pub mod verbs;
pub mod workspace;
