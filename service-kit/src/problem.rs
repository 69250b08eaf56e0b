//! [`Problem`]: the one shape of an error answer, RFC 9457 `application/problem+json`.
//!
//! Owns the shape and the problems that have nothing to do with a feature. The types are `problem-types`'. Which
//! error of a feature becomes which problem is said in each service's own `problem.rs`, by an exhaustive match.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use problem_types::{INTERNAL_ERROR, INVALID_BODY, Language, Member, ProblemType, Retry, Text};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::etag::ETag;

/// An error answer. `type` is `/problems/{slug}`, stable: clients may match on it.
///
/// By itself it is answered in English; [`crate::harden`] puts it into the language of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    kind: &'static ProblemType,
    detail: Option<Text>,
    extensions: BTreeMap<Member, Value>,
    retry_after_s: Option<u32>,
    current: Option<ETag>,
}

impl Problem {
    /// A problem of that type. Where the same request may succeed later, `Retry-After` says when.
    #[must_use]
    pub fn new(kind: &'static ProblemType) -> Self {
        let retry_after_s = match kind.retry {
            Retry::After(seconds) => Some(seconds),
            Retry::No | Retry::LookFirst => None,
        };
        Self { kind, detail: None, extensions: BTreeMap::new(), retry_after_s, current: None }
    }

    /// What is wrong in this very request, and what to do about it.
    #[must_use]
    pub fn detail(mut self, detail: Text) -> Self {
        self.detail = Some(detail);
        self
    }

    /// An extension member, for clients that read problems by machine.
    #[must_use]
    pub fn with(mut self, member: Member, value: impl Into<Value>) -> Self {
        self.extensions.insert(member, value.into());
        self
    }

    /// Sends `Retry-After`: the same request may succeed after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Sends `ETag` and the member `etag`: the state that the request did not know of.
    #[must_use]
    pub fn current(mut self, etag: ETag) -> Self {
        self.current = Some(etag);
        self.with(Member::Etag, etag.to_string())
    }

    /// 422 `invalid-body`: a field that is well-formed JSON and yet not acceptable.
    #[must_use]
    pub fn invalid_field(field: &str, detail: Text) -> Self {
        Self::new(&INVALID_BODY).detail(detail).with(Member::Field, field)
    }

    /// 500 `internal-error`: says nothing of its cause, which belongs into the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(&INTERNAL_ERROR)
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        // Each type's status is a number of three digits, by a test of the types; the fallback keeps this total.
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The stable name of the problem's type.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.kind.slug
    }

    /// The short title of its type.
    #[must_use]
    pub fn title(&self, language: Language) -> &'static str {
        self.kind.title.get(language)
    }

    /// One line for people: the detail, or the title where there is none.
    #[must_use]
    pub fn message(&self, language: Language) -> &str {
        self.detail.as_ref().unwrap_or(&self.kind.title).get(language)
    }

    /// The extension members, each with its name.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.extensions.iter().map(|(member, value)| (member.name(), value))
    }

    /// The document in a language, and the header that says which.
    pub(crate) fn document(&self, language: Language) -> (Vec<u8>, HeaderValue) {
        let detail = self.detail.as_ref().map(|detail| detail.get(language));
        let members = self.extensions.iter().map(|(member, value)| (*member, value.clone()));
        let document = Document::new(self.kind, language, detail, members);
        // Strings, numbers and a map with string keys always serialize; the fallback keeps this total.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        (body, HeaderValue::from_static(language.tag()))
    }
}

/// The JSON document; members in the order of RFC 9457, extensions last.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(flatten)]
    extensions: Map<String, Value>,
}

impl<'a> Document<'a> {
    /// The document of a problem of that type.
    pub(crate) fn new(
        kind: &'a ProblemType,
        language: Language,
        detail: Option<&'a str>,
        members: impl Iterator<Item = (Member, Value)>,
    ) -> Self {
        let extensions = members.map(|(member, value)| (member.name().to_owned(), value)).collect();
        let (r#type, title) = (format!("/problems/{}", kind.slug), kind.title.get(language));
        Self { r#type, title, status: kind.status, detail, extensions }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (document, language) = self.document(Language::default());
        let mut response = (self.status(), Body::from(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, language);
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(etag) = self.current {
            headers.insert(header::ETAG, etag.header());
        }
        // For the middleware that knows the reader's language.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_http::read;
    use problem_types::{EMAIL_TAKEN, PRECONDITION_FAILED, REQUEST_IN_FLIGHT, text};
    use serde_json::json;

    #[tokio::test]
    async fn a_problem_alone_is_rendered_whole_in_english() {
        let name = "Ada";
        let problem = Problem::new(&EMAIL_TAKEN)
            .detail(text!("{name} has it; use another address", "{name} l'a\u{202f}; utilisez-en une autre"))
            .with(Member::Email, "ada@example.org")
            .retry_after(2);
        let answer = read(problem.into_response()).await;
        assert_eq!(answer.status, 409);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("content-language"), "en");
        assert_eq!(answer.header("retry-after"), "2");
        assert_eq!(
            answer.json(),
            json!({"type": "/problems/email-taken", "title": "Another user has this mail address", "status": 409,
                   "detail": "Ada has it; use another address", "email": "ada@example.org"})
        );
    }

    #[tokio::test]
    async fn what_passes_by_itself_says_after_how_long() {
        let answer = read(Problem::new(&REQUEST_IN_FLIGHT).into_response()).await;
        assert_eq!((answer.status, answer.header("retry-after")), (409, "1"));
    }

    #[tokio::test]
    async fn a_failed_precondition_tells_the_present_state() {
        let answer = read(Problem::new(&PRECONDITION_FAILED).current(ETag::Version(4)).into_response()).await;
        assert_eq!((answer.status, answer.header("etag")), (412, "\"4\""));
        assert_eq!(answer.json()["etag"], "\"4\"");
    }

    #[tokio::test]
    async fn an_internal_error_says_nothing_of_its_cause() {
        let answer = read(Problem::internal().into_response()).await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.json().get("detail"), None);
    }
}
