//! What can be wrong with a request to any service of the store, as data: each problem type (RFC 9457) with its slug,
//! its status, and in English and French its title, what it means and what to do about it.
//!
//! A crate of its own, without I/O and without dependencies, because several rooms need the same list and none of
//! them should need another for it: `service-kit` renders answers and the pages under `/problems/`, the services name
//! the types in their exhaustive matches, GraphQL's `extensions.code` is the slug, and tests and documents hold
//! themselves against [`ALL`]. What is wrong in one particular request (the `detail`) is said where it is found.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod language;
mod member;
mod problem_type;
mod types;

pub use language::{Language, Text};
pub use member::Member;
pub use problem_type::{ProblemType, Retry};
pub use types::*;

/// The type of that slug.
#[must_use]
pub fn by_slug(slug: &str) -> Option<&'static ProblemType> {
    ALL.into_iter().find(|kind| kind.slug == slug)
}
