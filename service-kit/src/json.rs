//! [`Json`]: a JSON body, in and out. In, every way a body can be wrong has its own problem.
//!
//! Unknown fields are tolerated, wrong types and missing fields are named. A value is never repeated in
//! an answer by this file beyond what serde says of its type.

use crate::content::{compressed, incomplete, is_encoded, is_json, too_large, unsupported};
use crate::field_message::{bilingual, located};
use crate::problem::Problem;
use crate::strict::Strict;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use problem_types::{MALFORMED_JSON, Text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;

/// A request's or an answer's JSON body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T> Json<T> {
    /// Whether the body is said to be JSON.
    #[must_use]
    pub fn is_sent_by(headers: &HeaderMap) -> bool {
        is_json(headers)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse(&read(request, state).await?).map(Self)
    }
}

/// The bytes of a body that says of itself that it is plain JSON.
pub(crate) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(unsupported(Text::fixed(
            "Send the header Content-Type: application/json",
            "Envoyez l'en-tête Content-Type: application/json",
        )));
    }
    if is_encoded(request.headers()) {
        return Err(compressed());
    }
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { incomplete() }
    })
}

fn malformed(detail: Text) -> Problem {
    Problem::new(&MALFORMED_JSON).detail(detail)
}

/// The syntax first, then the shape: a body that is no JSON has no field to name.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let json: &RawValue = serde_json::from_slice(body).map_err(|err| malformed(located(&err)))?;
    serde_path_to_error::deserialize(Strict(json)).map_err(|err| {
        let path = err.path().to_string();
        let cause = err.into_inner();
        match cause.classify() {
            Category::Data => wrong_field(&path, &cause.to_string()),
            Category::Syntax | Category::Eof | Category::Io => malformed(located(&cause)),
        }
    })
}

/// Serde reports a missing field at the path of the object that lacks it; the client wants the field.
pub(crate) fn wrong_field(path: &str, message: &str) -> Problem {
    // The position within the bytes (" at line 1 column 9") helps nobody once the field is named.
    let message = message.split(" at line ").next().unwrap_or(message);
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let field = match (path, missing) {
        (".", Some(name)) => name.to_owned(),
        (".", None) => "(body)".to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    };
    Problem::invalid_field(&field, bilingual(&field, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::{MAX_BODY_BYTES, harden};
    use crate::test_http::{Answer, post, read};
    use axum::Router;
    use axum::routing;
    use serde::Deserialize;
    use serde_json::json;
    use tower::ServiceExt;

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
    async fn an_array_is_no_object_at_any_level_and_no_detail_speaks_rust() {
        for (body, field, detail) in [
            ("[1,[[1,2]]]", "(body)", "expected an object"),
            ("[]", "(body)", "expected an object"),
            ("\"Ada\"", "(body)", "expected an object"),
            (r#"{"user_id":1,"items":[{"product_id":1,"quantity":1},[1,2]]}"#, "items[1]", "expected an object"),
            (r#"{"user_id":1,"items":{}}"#, "items", "invalid type: object, expected an array"),
            (
                r#"{"user_id":-1,"items":[]}"#,
                "user_id",
                "invalid value: integer `-1`, expected a whole number that is not negative and not too large",
            ),
        ] {
            let answer = send("application/json", body).await;
            assert_eq!((answer.status, answer.slug().as_str()), (422, "invalid-body"), "{body}");
            assert_eq!(answer.json()["field"], field, "{body}");
            assert_eq!(answer.json()["detail"], format!("{field}: {detail}"), "{body}");
        }
    }

    #[tokio::test]
    async fn values_are_read_as_they_stand() {
        #[derive(Deserialize, Debug, PartialEq)]
        struct Whole(u64);
        #[derive(Deserialize)]
        struct Body {
            exact: Box<RawValue>,
            nested: Box<RawValue>,
            whole: Whole,
            none: Option<String>,
            text: Option<String>,
        }
        let body = br#" {"exact":12.50,"nested":[1,{"a":2}],"whole":7,"none":null,"text":"a\u00e9\n","more":[[{}]]} "#;
        let read: Body = parse(body).unwrap();
        assert_eq!((read.exact.get(), read.nested.get()), ("12.50", r#"[1,{"a":2}]"#));
        assert_eq!((read.whole, read.none, read.text), (Whole(7), None, Some("a\u{e9}\n".to_owned())));
    }

    #[tokio::test]
    async fn a_body_nested_without_end_is_refused() {
        let deep = format!(r#"{{"user_id":{}"#, "[".repeat(60_000));
        assert_eq!(send("application/json", deep).await.slug(), "malformed-json");
        let deep = format!(r#"{{"user_id":1,"items":{}{}}}"#, "[".repeat(30_000), "]".repeat(30_000));
        assert_eq!(send("application/json", deep).await.json()["field"], "items[0]");
    }

    #[tokio::test]
    async fn a_body_that_is_encoded_is_415() {
        for (coding, status) in [("gzip", 415), ("identity, br", 415), ("Identity", 200)] {
            let echo = routing::post(async |Json(order): Json<Order>| Json(order));
            let request = Request::post("/").header("content-type", "application/json");
            let body = axum::body::Body::from(r#"{"user_id":1,"items":[]}"#);
            let request = request.header("content-encoding", coding).body(body).unwrap();
            let answer = read(harden(Router::new().route("/", echo)).oneshot(request).await.unwrap()).await;
            assert_eq!(answer.status, status, "{coding}");
            if status == 415 {
                assert_eq!(answer.slug(), "unsupported-media-type");
                assert!(answer.json()["detail"].as_str().unwrap().contains("compressed"));
            }
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
