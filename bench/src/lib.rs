//! The bench: a running store, measured in turn with the bare limit of the same machine.
//!
//! Owns the load, the bare limits, and one file a measure in `measures/`. What it writes is a report for machines;
//! `cargo stack bench` starts the store, and shows the report to people.
//!
//! A figure compares two sides that are measured in the same run, one right after the other, again and again: what
//! else the machine does meets both. An answer that is no success ends the run: it is never counted.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod alone;
mod arrivals;
mod backlog;
pub mod bare;
mod catalogue;
mod child;
pub mod collector;
mod http;
mod kit;
mod load;
mod machine;
pub mod measures;
mod others;
mod own_store;
mod past;
mod percentiles;
mod poison;
pub mod report;
mod rounds;
mod run;
mod sagas;
mod service;
pub mod settings;
mod topic;

pub use run::run;
