//! [`Json`]: a JSON body, in and out. In, every way a body can be wrong has its own problem.
//!
//! Unknown fields are tolerated, wrong types and missing fields are named. A value is never repeated in
//! an answer by this file beyond what serde says of its type.

use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// A request's or an answer's JSON body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body must be JSON",
            )
            .detail("Send the header Content-Type: application/json"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                malformed("The body ended before it was complete")
            }
        })?;
        parse(&body).map(Self)
    }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large")
        .detail(format!("Send at most {} bytes", crate::router::MAX_BODY_BYTES))
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed-json", "The body is not valid JSON").detail(detail)
}

/// `application/json` or any `application/*+json`, parameters ignored.
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some((kind, subtype)) =
        value.and_then(|value| value.split(';').next()).and_then(|essence| essence.trim().split_once('/'))
    else {
        return false;
    };
    let subtype = subtype.to_ascii_lowercase();
    kind.eq_ignore_ascii_case("application") && (subtype == "json" || subtype.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|err| {
        let path = err.path().to_string();
        let cause = err.into_inner();
        match cause.classify() {
            Category::Data => wrong_field(&path, &cause.to_string()),
            Category::Syntax | Category::Eof | Category::Io => malformed(cause.to_string()),
        }
    })?;
    json.end().map_err(|err| malformed(err.to_string()))?;
    Ok(value)
}

/// Serde reports a missing field at the path of the object that lacks it; the client wants the field.
fn wrong_field(path: &str, message: &str) -> Problem {
    // The position within the bytes (" at line 1 column 9") helps nobody once the field is named.
    let message = message.split(" at line ").next().unwrap_or(message);
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path, missing) {
        (".", Some(name)) => name.to_owned(),
        (".", None) => "(body)".to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    };
    Problem::invalid_field(&field, format!("{field}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::{MAX_BODY_BYTES, harden};
    use crate::test_http::{Answer, post};
    use axum::Router;
    use axum::routing;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Deserialize, Serialize)]
    struct Item {
        product_id: u64,
        quantity: u32,
    }

    #[derive(Deserialize, Serialize)]
    struct Order {
        user_id: u64,
        items: Vec<Item>,
    }

    async fn send(content_type: &str, body: impl Into<axum::body::Body>) -> Answer {
        let echo = routing::post(async |Json(order): Json<Order>| Json(order));
        post(harden(Router::new().route("/", echo)), "/", content_type, body).await
    }

    #[tokio::test]
    async fn a_good_body_passes_and_unknown_fields_are_tolerated() {
        let body = r#"{"user_id":1,"colour":"red","items":[{"product_id":2,"quantity":3}]}"#;
        for content_type in ["application/json", "Application/JSON; charset=utf-8", "application/x+json"] {
            let answer = send(content_type, body).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.json(), json!({"user_id":1,"items":[{"product_id":2,"quantity":3}]}));
        }
    }

    #[tokio::test]
    async fn what_is_not_json_is_400() {
        for body in ["", "{", "not json", r#"{"user_id":1,"items":[]} trailing"#, "\u{0}"] {
            let answer = send("application/json", body).await;
            assert_eq!((answer.status, answer.slug().as_str()), (400, "malformed-json"), "{body:?}");
        }
        let answer = send("application/json", vec![b'"', 0xff, b'"']).await;
        assert_eq!((answer.status, answer.slug().as_str()), (400, "malformed-json"));
    }

    #[tokio::test]
    async fn a_wrong_type_or_a_missing_field_is_422_and_named() {
        for (body, field) in [
            (r#"{"user_id":"one","items":[]}"#, "user_id"),
            (r#"{"user_id":1}"#, "items"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":-1}]}"#, "items[0].quantity"),
            (r#"{"user_id":1,"items":[{"product_id":1}]}"#, "items[0].quantity"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":4294967296}]}"#, "items[0].quantity"),
            (r#"{"user_id":1.5,"items":[]}"#, "user_id"),
            (r#"{"user_id":1,"user_id":2,"items":[]}"#, "(body)"),
            ("7", "(body)"),
        ] {
            let answer = send("application/json", body).await;
            assert_eq!((answer.status, answer.slug().as_str()), (422, "invalid-body"), "{body}");
            assert_eq!(answer.json()["field"], field, "{body}");
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(field), "{body}");
        }
    }

    #[tokio::test]
    async fn another_content_type_is_415() {
        for content_type in ["text/plain", "application/xml", "json", "application/x-www-form-urlencoded"] {
            let answer = send(content_type, "{}").await;
            assert_eq!((answer.status, answer.slug().as_str()), (415, "unsupported-media-type"));
        }
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_413_and_one_at_the_limit_is_read() {
        let body = r#"{"user_id":1,"items":[]}"#;
        let at_limit = body.to_owned() + &" ".repeat(MAX_BODY_BYTES - body.len());
        assert_eq!(send("application/json", at_limit.clone()).await.status, 200);
        let answer = send("application/json", at_limit + " ").await;
        assert_eq!((answer.status, answer.slug().as_str()), (413, "body-too-large"));
    }
}
