//! The reader's language, by `Accept-Language`: [`Reader`] for what is written for people, `Telling` for problems.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_LENGTH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use std::convert::Infallible;

pub use problem_types::{Language, Text};

use crate::accept::{Range, ranges};
use crate::problem::Problem;

/// The language of whoever reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader(pub Language);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(preferred(&parts.headers)))
    }
}

/// The language of the highest quality; of equals the one that is named first; English where neither is wanted.
///
/// A region (`fr-CA`) asks for its language, and `*` for each that is not named (RFC 4647, 3.3.1).
#[must_use]
pub fn preferred(headers: &HeaderMap) -> Language {
    let ranges = ranges(headers, &ACCEPT_LANGUAGE);
    // Higher is better; then the earlier place, and of two that only `*` covers the default.
    let rank = |language| wanted(&ranges, language).map(|(quality, place)| (quality, usize::MAX - place));
    let [en, fr] = Language::ALL.map(rank);
    if fr > en { Language::Fr } else { Language::En }
}

/// Its quality and its place among the ranges; none where it is not wanted.
fn wanted(ranges: &[Range], language: Language) -> Option<(u16, usize)> {
    let primary = |range: &Range| range.name.split('-').next() == Some(language.tag());
    let best = |covers: &dyn Fn(&Range) -> bool| {
        let covering = ranges.iter().enumerate().filter(|(_, range)| covers(range));
        covering
            .map(|(place, range)| (range.quality, place))
            .max_by_key(|(quality, place)| (*quality, usize::MAX - place))
    };
    best(&primary).or_else(|| best(&|range| range.name == "*")).filter(|(quality, _)| *quality > 0)
}

/// What a request says of how a problem is to be told: kept until there is one.
pub(crate) struct Telling {
    language: Language,
    is_head: bool,
}

impl Telling {
    pub(crate) fn of(request: &Request) -> Self {
        Self { language: preferred(request.headers()), is_head: request.method() == Method::HEAD }
    }

    /// Puts a problem into the language of the request. Every other answer passes as it is.
    pub(crate) fn localise(&self, mut response: Response) -> Response {
        let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
        if self.language == Language::default() {
            return response;
        }
        let (document, tag) = problem.document(self.language);
        response.headers_mut().insert(CONTENT_LANGUAGE, tag);
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(document.len()));
        *response.body_mut() = if self.is_head { Body::empty() } else { Body::from(document) };
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::harden;
    use crate::test_http::{Answer, read};
    use axum::Router;
    use tower::ServiceExt;

    fn of(lines: &[&str]) -> Language {
        preferred(&lines.iter().map(|line| (ACCEPT_LANGUAGE, line.parse().unwrap())).collect())
    }

    #[test]
    fn the_language_of_the_highest_quality_is_chosen() {
        for line in [
            "fr",
            "FR",
            "fr-CA",
            "fr-CA,fr;q=0.9,en;q=0.8",
            "fr,en",
            "de,fr;q=0.5",
            "en;q=0.3,fr-FR;q=0.4",
            "en;q=0, *",
            "de, *;q=0.1, en;q=0.05",
            "fr;q=0.001",
        ] {
            assert_eq!(of(&[line]), Language::Fr, "{line}");
        }
        for line in [
            "",
            "en",
            "en-GB,en;q=0.9,fr;q=0.8",
            "en,fr",
            "de",
            "*",
            "fr;q=0",
            "fr;q=0,en;q=0",
            "fro",
            "fr;q=high",
            "*, fr;q=0.5",
        ] {
            assert_eq!(of(&[line]), Language::En, "{line}");
        }
        assert_eq!(of(&[]), Language::En);
        assert_eq!(of(&["de;q=0.9", "fr;q=0.5"]), Language::Fr);
    }

    async fn ask(method: Method, path: &str, language: &str) -> Answer {
        let routes = Router::new().route("/panic", axum::routing::get(async || -> &str { panic!("inside") }));
        let request = Request::builder().method(method).uri(path).header(ACCEPT_LANGUAGE, language);
        read(harden(routes).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
    }

    #[tokio::test]
    async fn a_problem_speaks_the_readers_language_wherever_it_comes_from() {
        for (path, title) in
            [("/nowhere", "Il n'y a rien à ce chemin"), ("/panic", "Une erreur s'est produite de notre côté")]
        {
            let answer = ask(Method::GET, path, "fr-CA, en;q=0.5").await;
            assert_eq!(answer.json()["title"], title);
            assert_eq!((answer.header("content-language"), answer.header("vary")), ("fr", "accept-language"));
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        }
        let answer = ask(Method::GET, "/nowhere", "de").await;
        assert_eq!((answer.header("content-language"), answer.header("vary")), ("en", "accept-language"));
    }

    #[tokio::test]
    async fn a_head_request_gets_the_headers_alone_and_a_wrong_method_keeps_allow() {
        let answer = ask(Method::HEAD, "/nowhere", "fr").await;
        assert_eq!((answer.status, answer.header("content-language"), answer.body.len()), (404, "fr", 0));
        let answer = ask(Method::DELETE, "/panic", "fr").await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"));
        assert_eq!(answer.json()["title"], "Le chemin existe, mais pas avec cette méthode");
    }
}
