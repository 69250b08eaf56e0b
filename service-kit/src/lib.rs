//! What every HTTP service of the store needs and no feature should repeat: problems (RFC 9457) in the reader's
//! language and the pages about them, entity tags, links, JSON bodies, ids and pages with their rejections, the limits
//! around a router, the request's transaction, start and clean stop of a process, its admin port, logs, and
//! secrets that do not print.
//!
//! It knows no order, no payment and no route of a service. The machinery of the saga is `saga-kit`'s.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod accept;
pub mod admin;
mod body;
mod content;
pub mod database;
pub mod etag;
mod field_message;
pub mod form;
pub mod health;
pub mod id;
pub mod idempotency;
pub mod json;
pub mod language;
pub mod link;
mod metrics;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod problem_pages;
pub mod query;
pub mod router;
pub mod secret;
pub mod serve;
mod server_span;
pub mod shutdown;
pub mod start;
mod strict;
pub mod telemetry;
pub mod transactional;

pub use admin::{Admin, Dependency};
pub use etag::{ETag, Expected, Tagged};
pub use form::Form;
pub use id::Id;
pub use idempotency::{Keyed, idempotent};
pub use json::Json;
pub use language::{Language, Reader, Text};
pub use openapi::Routes;
pub use page::{List, Page};
pub use problem::Problem;
pub use query::Query;
pub use router::{REQUEST_TIME_LIMIT, harden};
pub use secret::SecretUrl;
pub use start::Service;
pub use telemetry::TelemetrySettings;
pub use transactional::{DatabaseCause, Failure, transactional};

#[cfg(test)]
mod test_http;
