//! [`Answer`]: what a request was told, in the form in which it is remembered and told again.

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_LANGUAGE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use problem_types::Language;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Bytes of an answer at most; what creates answers with an id and little more.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// The header that marks an answer as one that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Status, headers and body, and of a problem the body in the other language too.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    french: Option<String>,
}

impl Answer {
    /// What to remember of a response, and the response itself, whose body was read for that.
    pub(super) async fn of(response: Response) -> Result<(Self, Response), sqlx::Error> {
        let (parts, body) = response.into_parts();
        let encode = |error: axum::BoxError| sqlx::Error::Encode(error);
        let bytes = to_bytes(body, MAX_ANSWER_BYTES).await.map_err(|error| encode(error.into()))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| encode(error.into()))?;
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
        };
        let headers = parts.headers.iter().filter_map(header).collect();
        let problem = parts.extensions.get::<Problem>();
        let french = problem.map(|problem| String::from_utf8_lossy(&problem.document(Language::Fr).0).into_owned());
        let answer = Self { status: parts.status.as_u16(), headers, body: text.to_owned(), french };
        Ok((answer, Response::from_parts(parts, Body::from(bytes))))
    }

    /// As it stands in the database.
    pub(super) fn to_text(&self) -> String {
        // Numbers and strings always serialize; the fallback keeps this total.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From what stands in the database, which was written by nobody but this file.
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        serde_json::from_str(text).map_err(|error| crate::database::unexpected(&error))
    }

    /// The same answer once more, and marked as such. A problem is told in the language of whoever asks now.
    pub(super) fn replay(self, reader: Language) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let french = self.french.filter(|_| reader == Language::Fr);
        let is_french = french.is_some();
        let mut response = (status, Body::from(french.unwrap_or(self.body))).into_response();
        let headers = response.headers_mut();
        headers.clear();
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.append(name, value);
            }
        }
        if is_french {
            headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(Language::Fr.tag()));
        }
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_http::read;

    #[tokio::test]
    async fn an_answer_is_told_again_as_it_was_and_marked() {
        let first = (StatusCode::CREATED, [("location", "/users/7")], axum::Json(serde_json::json!({"user_id": 7})));
        let (answer, first) = Answer::of(first.into_response()).await.unwrap();
        let again = Answer::read(&answer.to_text()).unwrap().replay(Language::En);
        let (first, again) = (read(first).await, read(again).await);
        assert_eq!((first.status, &first.body), (again.status, &again.body));
        assert_eq!(
            (again.status, again.header("location"), again.header("idempotency-replayed")),
            (201, "/users/7", "true")
        );
        assert_eq!(first.header("content-type"), again.header("content-type"));
    }
}
