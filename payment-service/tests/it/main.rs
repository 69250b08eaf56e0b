//! payment-service on a real database: each test makes a fresh one on the server of `TEST_DATABASE_URL`.
//!
//! Handlers are called in a transaction of their own, and the outbox is what is looked at: sending belongs to
//! saga-kit's tests, and what happens across services to the workspace's.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod direct_payments;
mod expiry;
mod fixture;
mod languages;
mod openapi;
mod order_cancellation_requested;
mod payment_page;
mod process;
mod processing;
mod races;
mod reading;
mod refusal_or_retry;
mod saga_completed;
mod settings;
mod stock_decreased;
