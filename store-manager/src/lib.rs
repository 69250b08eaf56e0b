//! The store: users, products, orders and stock, each feature a folder that lists what it can do.
//!
//! Owns their rows, their rules and their routes, and the store's part in the saga. Leaves payments to
//! payment-service, and how events travel to `saga-kit`. A command gets the open transaction, a handler is named
//! after its event, and SQL stands in `store.rs`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod app;
mod columns;
pub mod config;
pub mod name;
pub mod orders;
mod problem;
pub mod products;
pub mod read_models;
mod reports;
pub mod sample_data;
pub mod stocks;
pub mod users;

/// The name of this service: in its events, its consumer group and its inbox.
pub const SERVICE_NAME: &str = shared_events::STORE_MANAGER;
