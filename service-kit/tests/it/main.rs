//! The request's transaction on a real database, the server of `TEST_DATABASE_URL`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod idempotency;
mod transactional;
