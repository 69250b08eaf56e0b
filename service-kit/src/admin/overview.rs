//! `/overview`: a page for people who would rather look. It draws what `/metrics` tells, once a second, in the browser:
//! nothing is kept here, nothing comes from elsewhere, and nothing is built.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::Shared;
use crate::language::{Language, Reader};

const PAGE: &str = include_str!("overview/page.html");
const STYLE: &str = include_str!("overview/style.css");
const SCRIPT: &str = include_str!("overview/script.js");

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/overview", get(overview))
}

async fn overview(State(shared): State<Shared>, Reader(language): Reader) -> Response {
    let lang = match language {
        Language::En => "en",
        Language::Fr => "fr",
    };
    let page = PAGE
        .replace("{{lang}}", lang)
        .replace("{{service}}", &shared.service)
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT);
    ([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::super::{router, tests::showing};
    use crate::test_http::get;
    use axum::Router;

    #[tokio::test]
    async fn the_page_is_whole_and_names_its_service() {
        let answer = get(router(showing(Vec::new()), Router::new()), "/overview").await;
        let page = String::from_utf8(answer.body).unwrap();
        assert_eq!(answer.status, 200);
        assert!(page.contains("<h1>service") && !page.contains("{{"), "{page}");
    }
}
