//! payment-service: one payment an order, ever. A library, so that tests can call what the process runs.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod app;
pub mod config;
pub mod payments;
mod problem;

/// The service's name: its consumer group, and the author of its events.
pub const SERVICE_NAME: &str = shared_events::PAYMENT_SERVICE;
