//! Entity tags: [`ETag`] and [`Tagged`] say which state was read, [`Expected`] which state an edit was made from, and
//! `Known` spares the body to whoever has that state already (RFC 9110, 8.8.3 and 13).
//!
//! `headers` has parsers for this, and knows neither versions nor how to keep the check for the locked row, which is
//! most of what stands here.

use std::fmt;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use crate::problem::Problem;

mod expected;
mod known;

pub use expected::Expected;
pub(crate) use known::Known;

/// Tags of a header that are looked at, at most.
const MAX_TAGS: usize = 64;

/// A strong entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ETag {
    /// Of something whose row counts its versions.
    Version(u64),
    /// Of something that has no version: made from the bytes that show it.
    Content(Uuid),
}

impl ETag {
    /// That of something without a version, as [`Tagged::content`] shows it.
    #[must_use]
    pub fn of_content<T: Serialize>(content: &T) -> Self {
        // What cannot be written as JSON is never shown, so nobody has the tag of that.
        Self::of_bytes(&serde_json::to_vec(content).unwrap_or_default())
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        Self::Content(Uuid::new_v5(&Uuid::NAMESPACE_OID, bytes))
    }

    /// A tag in the one spelling in which it is given.
    fn parse(text: &str) -> Option<Self> {
        let inside = text.strip_prefix('"')?.strip_suffix('"')?;
        let version = inside.parse().ok().map(Self::Version);
        let tag = version.or_else(|| Uuid::try_parse(inside).ok().map(Self::Content))?;
        (tag.to_string() == text).then_some(tag)
    }

    /// The value of the header `ETag`.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        // Letters and digits between quotes are a header's text; the fallback keeps this total.
        HeaderValue::from_str(&self.to_string()).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "\"{version}\""),
            Self::Content(digest) => write!(f, "\"{}\"", digest.simple()),
        }
    }
}

/// A JSON body with the tag of the state that it shows. Caches may keep it, and ask each time.
#[derive(Debug, Clone)]
pub struct Tagged<T> {
    version: Option<u64>,
    body: T,
}

impl<T> Tagged<T> {
    /// Something whose row counts its versions. Whatever the body shows must change with that version, and only then.
    pub fn version(version: u64, body: T) -> Self {
        Self { version: Some(version), body }
    }

    /// Something without a version.
    pub fn content(body: T) -> Self {
        Self { version: None, body }
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.body) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                return Problem::internal().into_response();
            }
        };
        let etag = match self.version {
            Some(version) => ETag::Version(version),
            None => ETag::of_bytes(&body),
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ETAG, etag.header()),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        (headers, body).into_response()
    }
}

/// The tags of a header. No tag that is given here has a comma inside.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).take(MAX_TAGS).map(|tag| tag.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::harden;
    use crate::test_http::{Answer, read};
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::Method;
    use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
    use axum::routing::get;
    use serde_json::json;
    use tower::ServiceExt;

    async fn ask(method: Method, path: &str, header: HeaderName, lines: &[&str]) -> Answer {
        let routes = Router::new()
            .route("/versioned", get(async || Tagged::version(4, json!({"a": 1}))))
            .route("/content", get(async || Tagged::content(json!({"a": 1}))))
            .route("/other", get(async || Tagged::content(json!({"a": 2}))))
            .route("/none", get(async || "no tag"))
            .route("/may", axum::routing::put(async |expected: Expected| expected.is_met_by(4).to_string()))
            .route(
                "/content",
                axum::routing::delete(async |expected: Expected| {
                    expected.is_met_by_tag(ETag::of_content(&json!({"a": 1}))).to_string()
                }),
            );
        let mut request = Request::builder().method(method).uri(path);
        for line in lines {
            request = request.header(&header, *line);
        }
        read(harden(routes).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
    }

    async fn get_unless(path: &str, lines: &[&str]) -> Answer {
        ask(Method::GET, path, IF_NONE_MATCH, lines).await
    }

    #[tokio::test]
    async fn what_has_a_version_is_tagged_by_it_and_what_has_none_by_its_content() {
        let answer = get_unless("/versioned", &[]).await;
        assert_eq!((answer.status, answer.header("etag"), answer.body.as_slice()), (200, "\"4\"", &br#"{"a":1}"#[..]));
        assert_eq!(answer.header("content-type"), "application/json");
        let (one, same, other) =
            (get_unless("/content", &[]).await, get_unless("/content", &[]).await, get_unless("/other", &[]).await);
        assert_eq!(one.header("etag"), same.header("etag"));
        assert_ne!(one.header("etag"), other.header("etag"));
        let again = get_unless("/content", &[one.header("etag")]).await;
        assert_eq!(again.status, 304);
    }

    #[tokio::test]
    async fn whoever_has_the_state_gets_304_without_a_body() {
        for known in [&["\"4\""][..], &["W/\"4\""], &["\"3\", \"4\""], &["\"3\"", "\"4\""], &["*"]] {
            let answer = get_unless("/versioned", known).await;
            assert_eq!((answer.status, answer.body.len(), answer.header("etag")), (304, 0, "\"4\""), "{known:?}");
            assert_eq!(answer.headers.get("content-type"), None);
        }
        for known in [&["\"3\""][..], &["4"], &[""], &["\"44\""]] {
            assert_eq!(get_unless("/versioned", known).await.status, 200, "{known:?}");
        }
        assert_eq!(get_unless("/none", &["*"]).await.status, 200);
        assert_eq!(ask(Method::HEAD, "/versioned", IF_NONE_MATCH, &["\"4\""]).await.status, 304);
    }

    #[tokio::test]
    async fn what_has_no_version_is_replaced_by_whoever_knows_its_content() {
        let etag = get_unless("/content", &[]).await.header("etag").to_owned();
        let other = get_unless("/other", &[]).await.header("etag").to_owned();
        for (line, may) in [
            (etag.clone(), "true"),
            (format!("{other}, {etag}"), "true"),
            ("*".to_owned(), "true"),
            (other, "false"),
            (format!("W/{etag}"), "false"),
            (etag.to_uppercase(), "false"),
            ("\"4\"".to_owned(), "false"),
        ] {
            assert_eq!(ask(Method::DELETE, "/content", IF_MATCH, &[&line]).await.body, may.as_bytes(), "{line}");
        }
    }

    #[tokio::test]
    async fn an_edit_may_replace_the_versions_that_it_names() {
        for (lines, may) in [
            (&[][..], "true"),
            (&["*"], "true"),
            (&["\"4\""], "true"),
            (&["\"1\", \"4\""], "true"),
            (&["\"1\"", "\"4\""], "true"),
            (&["\"5\""], "false"),
            (&["W/\"4\""], "false"),
            (&["4"], "false"),
            (&["\"04\""], "false"),
            (&["\"+4\""], "false"),
            (&[""], "false"),
        ] {
            let answer = ask(Method::PUT, "/may", IF_MATCH, lines).await;
            assert_eq!(answer.body, may.as_bytes(), "{lines:?}");
        }
    }
}
