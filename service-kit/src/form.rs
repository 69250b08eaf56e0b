//! [`Form`]: the body of an HTML form, in. It is wrong in the same ways as a JSON body, and told so by the same problems.

use crate::content::{compressed, incomplete, is_encoded, too_large};
use crate::json::wrong_field;
use crate::problem::Problem;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

/// What a browser sends of a form without files.
const FORM: &str = "application/x-www-form-urlencoded";

/// A form's fields. Unknown ones are tolerated, a missing one is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form<T>(pub T);

impl<T> Form<T> {
    /// Whether the body is said to be a form.
    #[must_use]
    pub fn is_sent_by(headers: &HeaderMap) -> bool {
        let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = sent.and_then(|sent| sent.split(';').next()).unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(FORM)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if is_encoded(request.headers()) {
            return Err(compressed());
        }
        match axum::Form::from_request(request, state).await {
            Ok(axum::Form(fields)) => Ok(Self(fields)),
            Err(FormRejection::FailedToDeserializeFormBody(error)) => {
                let text = error.body_text();
                Err(wrong_field(".", text.strip_prefix("Failed to deserialize form body: ").unwrap_or(&text)))
            }
            Err(FormRejection::BytesRejection(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(too_large())
            }
            Err(_) => Err(incomplete()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::{MAX_BODY_BYTES, harden};
    use crate::test_http::post;
    use axum::Router;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Fields {
        colour: String,
        size: String,
    }

    fn router() -> Router {
        let answer = async |Form(fields): Form<Fields>| format!("{} {}", fields.colour, fields.size);
        harden(Router::new().route("/", axum::routing::post(answer)))
    }

    #[tokio::test]
    async fn a_form_is_read_and_unknown_fields_are_tolerated() {
        let answer = post(router(), "/", FORM, "colour=dark+blue&size=%C3%A9norme&x=1").await;
        assert_eq!(answer.body, "dark blue énorme".as_bytes());
    }

    #[tokio::test]
    async fn a_form_that_is_wrong_has_the_problems_of_a_body() {
        let missing = post(router(), "/", FORM, "colour=blue").await;
        assert_eq!((missing.status, missing.slug().as_str()), (422, "invalid-body"));
        assert_eq!(missing.json()["field"], "size");
        let large = post(router(), "/", FORM, "x".repeat(MAX_BODY_BYTES + 1)).await;
        assert_eq!((large.status, large.slug().as_str()), (413, "body-too-large"));
    }

    #[test]
    fn a_form_is_known_by_its_content_type() {
        let sent = |kind: &'static str| {
            Form::<()>::is_sent_by(&HeaderMap::from_iter([(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static(kind),
            )]))
        };
        assert!(sent(FORM) && sent("Application/X-WWW-Form-Urlencoded; charset=utf-8"));
        assert!(!sent("application/json") && !sent("") && !Form::<()>::is_sent_by(&HeaderMap::new()));
    }
}
