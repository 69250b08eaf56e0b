//! [`Problem`]: the one shape of an error answer, RFC 9457 `application/problem+json`.
//!
//! Owns the shape and the problems that have nothing to do with a feature. Which error of a feature
//! becomes which problem is said in each service's own `problem.rs`, by an exhaustive match.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// The members that RFC 9457 gives every problem.
const OWN_MEMBERS: [&str; 5] = ["type", "title", "status", "detail", "instance"];

/// An error answer. `type` is `/problems/{slug}`, stable: clients may match on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: Option<String>,
    extensions: Map<String, Value>,
    retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem type with its status and the short title that is the same at each occurrence.
    #[must_use]
    pub fn new(status: StatusCode, slug: &'static str, title: &'static str) -> Self {
        Self { status, slug, title, detail: None, extensions: Map::new(), retry_after_s: None }
    }

    /// What is wrong in this very request, and what to do about it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// An extension member, for clients that read problems by machine. Its name is none of RFC 9457's own: the
    /// document would have that member twice.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        debug_assert!(!OWN_MEMBERS.contains(&member), "{member} is a member that every problem has");
        self.extensions.insert(member.to_owned(), value.into());
        self
    }

    /// Sends `Retry-After`: the same request may succeed after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// 422 `invalid-body`: a field that is well-formed JSON and yet not acceptable.
    #[must_use]
    pub fn invalid_field(field: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", "A field of the body is missing or not acceptable")
            .detail(detail)
            .with("field", field)
    }

    /// 500 `internal-error`: says nothing of its cause, which belongs into the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong on our side")
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable name of the problem's type.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.slug
    }
}

/// The JSON document; members in the order of RFC 9457, extensions last.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(flatten)]
    extensions: &'a Map<String, Value>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: format!("/problems/{}", self.slug),
            title: self.title,
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            extensions: &self.extensions,
        };
        // Strings, numbers and a map with string keys always serialize; the fallback keeps this total.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let content_type = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, content_type)], body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_http::read;
    use serde_json::json;

    #[tokio::test]
    async fn a_problem_is_rendered_with_type_extensions_and_retry_after() {
        let problem = Problem::new(StatusCode::CONFLICT, "email-taken", "The address is taken")
            .detail("Another user has it; use another address")
            .with("user_id", 7)
            .retry_after(2);
        let answer = read(problem.into_response()).await;
        assert_eq!(answer.status, 409);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("retry-after"), "2");
        assert_eq!(
            answer.json(),
            json!({"type": "/problems/email-taken", "title": "The address is taken", "status": 409,
                   "detail": "Another user has it; use another address", "user_id": 7})
        );
    }

    #[tokio::test]
    async fn an_internal_error_says_nothing_of_its_cause() {
        let answer = read(Problem::internal().into_response()).await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.json().get("detail"), None);
    }
}
