//! store-manager on a real database: each test makes a fresh one on the server of `TEST_DATABASE_URL`.
//!
//! Requests go through the router, events through the handlers in a transaction of their own, and the outbox is what
//! is looked at: sending belongs to saga-kit's tests, and what happens across services to the workspace's. At the
//! end of each test all events that it delivered are delivered once more, and nothing may change.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bad_input;
mod cancelling;
mod compensating;
mod editing;
mod fixture;
mod graphql;
mod languages;
mod lists;
mod openapi;
mod overdue;
mod paying;
mod placing_orders;
mod products;
mod races;
mod read_models;
mod sample_data;
mod settings;
mod stocks;
mod timeline;
mod users;
mod wait;
