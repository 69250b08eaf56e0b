//! Pagination by key: [`Page`] is what a list request asks for, [`List`] what it gets.
//!
//! By key and not by offset, so that a row inserted meanwhile shifts nothing and page 1,000 costs what
//! page 1 costs.

use crate::Json;
use crate::link;
use crate::problem::Problem;
use crate::query::{Query, invalid_query};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use problem_types::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Rows of a page when the request names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// Rows of a page at most.
pub const MAX_LIMIT: u32 = 200;

/// `?limit=` (1 to 200, 50 unless said) and `?after=`: rows whose id is above `after`, in id order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    limit: u32,
    after: u64,
    /// `?` and the other parameters of this request, to which `next` adds its own.
    others: String,
}

#[derive(Deserialize)]
struct Parameters {
    limit: Option<u32>,
    after: Option<u64>,
}

impl Page {
    /// The id after which the page begins; 0 for the first page.
    #[must_use]
    pub fn after(&self) -> u64 {
        self.after
    }

    /// How many rows to select: one more than the page shows, which tells whether there is a next page.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.limit + 1
    }

    /// The answer, from at most [`Page::rows`] rows in order of `id`.
    #[must_use]
    pub fn list<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> u64) -> List<T> {
        let limit = self.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more).map(id);
        let next = last.map(|after| format!("{}after={after}&limit={limit}", self.others));
        List { items, next }
    }
}

/// `{"items": [...], "next": "?after=50&limit=50" | null}`, and the header `Link` with the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Where the next page is, with the same filters; none when this one is the last. A reference that is nothing but
    /// a query: resolved against the address of this page it keeps its path, whatever stands before it (see `link`).
    pub next: Option<String>,
}

impl<T> List<T> {
    /// The same page with each row as it is to be shown.
    #[must_use]
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(show).collect(), next: self.next }
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let link = self.next.as_deref().and_then(link::next);
        (AppendHeaders(link), Json(self)).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(Parameters { limit, after }) = Query::from_request_parts(parts, state).await?;
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(invalid_query(text!(
                "limit: must be 1 to {MAX_LIMIT}",
                "limit : doit être de 1 à {MAX_LIMIT}"
            )));
        }
        let mut others = "?".to_owned();
        for pair in parts.uri.query().unwrap_or_default().split('&') {
            let name = pair.split('=').next().unwrap_or_default();
            if !["", "limit", "after"].contains(&name) {
                others.push_str(&link::encoded(pair));
                others.push('&');
            }
        }
        Ok(Self { limit, after: after.unwrap_or(0), others })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::harden;
    use crate::test_http::{Answer, get};
    use axum::Router;
    use axum::routing;
    use serde_json::json;
    use url::Url;

    /// A table with the ids 1 to 5.
    async fn numbers(page: Page) -> List<u64> {
        let rows = (1..=5).filter(|id| *id > page.after()).take(page.rows() as usize);
        page.list(rows.collect(), |id| *id)
    }

    fn router() -> Router {
        harden(Router::new().route("/numbers", routing::get(numbers)))
    }

    /// The list at an address, as the service sees it: without what the gateway puts before the path.
    async fn read(address: &Url, prefix: &str) -> Answer {
        let path = address.path().strip_prefix(prefix).unwrap();
        get(router(), &format!("{path}?{}", address.query().unwrap_or_default())).await
    }

    #[tokio::test]
    async fn following_next_walks_all_rows_once_and_keeps_the_filters_directly_and_through_the_gateway() {
        for (origin, prefix) in [("http://127.0.0.1:5000", ""), ("http://127.0.0.1:8080", "/store-manager-api")] {
            let first = format!("{origin}{prefix}/numbers?user_id=3&limit=2&status=a%20b");
            let mut address = Url::parse(&first).unwrap();
            let mut seen = Vec::new();
            loop {
                let answer = read(&address, prefix).await;
                seen.push(answer.json()["items"].clone());
                let Some(next) = answer.json()["next"].as_str().map(ToOwned::to_owned) else {
                    assert_eq!(answer.headers.get("link"), None);
                    break;
                };
                assert_eq!(answer.header("link"), format!("<{next}>; rel=\"next\""));
                address = address.join(&next).unwrap();
                assert!(address.as_str().starts_with(&first.replace("limit=2&", "")), "{address}");
            }
            assert_eq!(seen, [json!([1, 2]), json!([3, 4]), json!([5])]);
        }
    }

    #[tokio::test]
    async fn a_page_that_is_exactly_full_and_the_last_has_no_next() {
        let answer = get(router(), "/numbers?limit=5").await.json();
        assert_eq!(answer, json!({"items": [1, 2, 3, 4, 5], "next": null}));
        assert_eq!(get(router(), "/numbers").await.json()["next"], json!(null));
        assert_eq!(get(router(), "/numbers?after=9").await.json(), json!({"items": [], "next": null}));
    }

    #[tokio::test]
    async fn a_limit_out_of_range_is_refused() {
        for query in ["limit=0", "limit=201", "limit=-1", "limit=many", "after=x"] {
            let answer = get(router(), &format!("/numbers?{query}")).await;
            assert_eq!((answer.status, answer.slug().as_str()), (400, "invalid-query"), "{query}");
        }
    }
}
