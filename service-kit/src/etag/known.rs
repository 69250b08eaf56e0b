//! `If-None-Match`: which states the client of a read has already.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{Method, StatusCode};
use axum::response::Response;

use super::tags;

/// The states that the client of a read has, by `If-None-Match`.
pub(crate) struct Known(Vec<String>);

impl Known {
    pub(crate) fn of(request: &Request) -> Self {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        Self(if reads { tags(request.headers(), &IF_NONE_MATCH) } else { Vec::new() })
    }

    /// Answers 304 without a body where the client has the state that it asks for.
    pub(crate) fn not_modified(&self, mut response: Response) -> Response {
        let Some(etag) = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()) else { return response };
        // Weakly compared (RFC 9110, 13.1.2): a cache on the way may have weakened the tag when it compressed the body.
        let has = |tag: &String| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag;
        if response.status() == StatusCode::OK && self.0.iter().any(has) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(CONTENT_TYPE);
            response.headers_mut().remove(CONTENT_LENGTH);
            *response.body_mut() = Body::empty();
        }
        response
    }
}
