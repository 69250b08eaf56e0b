//! [`Query`]: the filters in a query string. Unknown parameters are tolerated, as in bodies.

use crate::field_message::bilingual;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use problem_types::{INVALID_QUERY, Text};
use serde::de::DeserializeOwned;

/// The parameters of a query string. One that does not parse is 400 `invalid-query`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Query(value) =
            axum::extract::Query::from_request_parts(parts, state).await.map_err(|rejection| {
                let text = rejection.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                let (parameter, message) = text.split_once(": ").unwrap_or(("query", text));
                invalid_query(bilingual(parameter, message))
            })?;
        Ok(Self(value))
    }
}

/// 400 `invalid-query`, which says which parameter is wrong and how.
#[must_use]
pub fn invalid_query(detail: Text) -> Problem {
    Problem::new(&INVALID_QUERY).detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::harden;
    use crate::test_http::get;
    use axum::Router;
    use axum::routing;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Filter {
        user_id: Option<u64>,
    }

    #[tokio::test]
    async fn a_filter_is_read_and_a_wrong_one_is_named() {
        let answer = async |Query(filter): Query<Filter>| format!("{:?}", filter.user_id);
        let router = || harden(Router::new().route("/", routing::get(answer)));
        assert_eq!(get(router(), "/").await.body, b"None");
        assert_eq!(get(router(), "/?user_id=7&colour=red").await.body, b"Some(7)");
        let refused = get(router(), "/?user_id=seven").await;
        assert_eq!((refused.status, refused.slug().as_str()), (400, "invalid-query"));
        assert_eq!(
            refused.json()["detail"],
            "user_id: invalid value, expected a whole number that is not negative and not too large"
        );
    }
}
