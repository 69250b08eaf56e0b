//! `If-Match`: which state an edit was made from.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;

use super::{ETag, tags};

/// What `If-Match` says: which states an edit may replace. Without the header, any.
///
/// A command asks it on the row that it has locked: an answer before the lock would be about what was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected(Option<Vec<ETag>>);

impl Expected {
    /// Whatever is there.
    pub const ANY: Self = Self(None);

    /// Whether the edit may replace this version.
    #[must_use]
    pub fn is_met_by(&self, version: u64) -> bool {
        self.is_met_by_tag(ETag::Version(version))
    }

    /// Whether the edit may replace what has this tag.
    #[must_use]
    pub fn is_met_by_tag(&self, tag: ETag) -> bool {
        self.0.as_ref().is_none_or(|tags| tags.contains(&tag))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Expected {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        if !parts.headers.contains_key(IF_MATCH) {
            return Ok(Self::ANY);
        }
        let tags = tags(&parts.headers, &IF_MATCH);
        if tags.iter().any(|tag| tag == "*") {
            return Ok(Self::ANY);
        }
        // If-Match compares strongly, so a weak tag meets nothing, and neither does one that was never given here.
        Ok(Self(Some(tags.iter().filter_map(|tag| ETag::parse(tag)).collect())))
    }
}
