//! [`ETag`]: the version of what was read, so that an edit can say which one it was made from (RFC 9110, 13).

use axum::http::HeaderValue;
use std::fmt;

/// A strong entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ETag(u64);

impl ETag {
    /// The tag of a version, as rows count them.
    #[must_use]
    pub fn version(version: u64) -> Self {
        Self(version)
    }

    /// The value of the header `ETag`.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        // Digits between quotes are a header's text; the fallback keeps this total.
        HeaderValue::from_str(&self.to_string()).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}
