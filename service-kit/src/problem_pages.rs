//! `GET /problems` and `GET /problems/{slug}`: what each problem type means and what to do about it, as a page in the
//! reader's language, or as JSON for clients that ask for it. Every service serves all of them, so that the `type` of
//! an answer leads somewhere wherever it came from.

mod html;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, VARY};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use problem_types::{ALL, Language, ProblemType, Retry, UNKNOWN_PROBLEM_TYPE, by_slug, text};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::accept::best_type;
use crate::language::Reader;
use crate::problem::{Document, Problem};
use crate::{Json, Routes};

/// The routes, to be merged into those of a service.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::new().path(routes!(list)).path(routes!(show))
}

/// All problem types
#[utoipa::path(
    get, path = "/problems", tag = "problems", operation_id = "list_problem_types",
    responses((status = 200, description = "All of them, as a page or as JSON by `Accept`", content(
        (Listed = "application/json"), (String = "text/html"),
    )))
)]
async fn list(Reader(language): Reader, headers: HeaderMap) -> Response {
    if wants_json(&headers) {
        let items: Vec<_> = ALL.iter().map(|kind| Described::new(kind, language)).collect();
        return answer(language, Json(Listed { items }));
    }
    answer(language, html::list(language))
}

/// One problem type: what it means and what to do
#[utoipa::path(
    get, path = "/problems/{slug}", tag = "problems", operation_id = "get_problem_type",
    params(("slug" = String, Path, description = "Its name, the end of a problem's `type`", example = "email-taken")),
    responses((status = 200, description = "The type, as a page or as JSON by `Accept`", content(
        (Described = "application/json"), (String = "text/html"),
    ))),
    extensions(("x-problems" = json!(["unknown-problem-type"])))
)]
async fn show(
    Reader(language): Reader,
    slug: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // What is no text names no type either.
    let slug = slug.map_or_else(|_| char::REPLACEMENT_CHARACTER.to_string(), |Path(slug)| slug);
    let Some(kind) = by_slug(&slug) else {
        return Err(Problem::new(&UNKNOWN_PROBLEM_TYPE).detail(text!(
            "There is no problem type {slug}; see /problems for all there are",
            "Le type de problème {slug} n'existe pas\u{202f}; consultez /problems pour tous ceux qui existent"
        )));
    };
    if wants_json(&headers) {
        return Ok(answer(language, Json(Described::new(kind, language))));
    }
    Ok(answer(language, html::page(kind, language)))
}

fn wants_json(headers: &HeaderMap) -> bool {
    best_type(headers, &["text/html", "application/json"]) == Some("application/json")
}

fn answer(language: Language, body: impl IntoResponse) -> Response {
    // The pages have a style of their own and nothing else: no script, nothing from elsewhere.
    const NOTHING_FOREIGN: &str = "default-src 'none'; style-src 'unsafe-inline'";
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_LANGUAGE, language.tag()),
        (VARY, "accept, accept-language"),
        (CONTENT_SECURITY_POLICY, NOTHING_FOREIGN),
    ];
    (headers, body).into_response()
}

/// All types, as JSON.
#[derive(Serialize, ToSchema)]
struct Listed {
    items: Vec<Described>,
}

/// A type, as JSON in one language.
#[derive(Serialize, ToSchema)]
struct Described {
    r#type: String,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    advice: &'static str,
    /// `no`, `after_a_while` or `look_first`.
    retry: &'static str,
    #[schema(value_type = crate::openapi::Problem)]
    example: Document<'static>,
}

impl Described {
    fn new(kind: &'static ProblemType, language: Language) -> Self {
        Self {
            r#type: format!("/problems/{}", kind.slug),
            status: kind.status,
            title: kind.title.get(language),
            meaning: kind.meaning.get(language),
            advice: kind.advice.get(language),
            retry: match kind.retry {
                Retry::No => "no",
                Retry::After(_) => "after_a_while",
                Retry::LookFirst => "look_first",
            },
            example: example(kind, language),
        }
    }
}

/// The document of such a problem, as it may come.
fn example(kind: &'static ProblemType, language: Language) -> Document<'static> {
    // The values are JSON, by a test; the fallback keeps this total.
    let value = |json| serde_json::from_str(json).unwrap_or(Value::Null);
    let members = kind.members.iter().map(|(member, json)| (*member, value(json)));
    Document::new(kind, language, Some(kind.example.get(language)), members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::About;
    use crate::router::harden;
    use crate::test_http::{Answer, read};
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    async fn ask(path: &str, accept: &str, language: &str) -> Answer {
        let request = Request::get(path).header("accept", accept).header("accept-language", language);
        let (router, _) = routes().document(About { title: "", description: "" });
        read(harden(router).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
    }

    #[tokio::test]
    async fn every_type_has_its_page_in_both_languages() {
        for kind in ALL {
            for language in Language::ALL {
                let answer = ask(&format!("/problems/{}", kind.slug), "text/html", language.tag()).await;
                assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
                assert_eq!(answer.header("content-language"), language.tag());
                assert_eq!(answer.header("vary"), "accept, accept-language");
                let page = String::from_utf8(answer.body).unwrap();
                assert!(page.contains(&format!("<html lang=\"{language}\">")), "{page}");
                for text in [&kind.title, &kind.meaning, &kind.advice] {
                    let escaped = maud::html! { (text.get(language)) }.into_string();
                    assert!(page.contains(&escaped), "{escaped} is not in {page}");
                }
                assert!(page.contains(&kind.status.to_string()) && page.contains("name=\"viewport\""));
                for foreign in ["<script", "src=", "http:", "https:", "@import", "url("] {
                    assert!(!page.contains(foreign), "{foreign} in {page}");
                }
            }
        }
    }

    #[tokio::test]
    async fn the_list_leads_to_every_type() {
        let page = String::from_utf8(ask("/problems", "*/*", "fr").await.body).unwrap();
        for kind in ALL {
            assert!(page.contains(&format!("href=\"problems/{}\"", kind.slug)), "{}", kind.slug);
        }
    }

    #[tokio::test]
    async fn clients_that_ask_for_json_get_it_with_an_example_of_the_very_document() {
        let answer = ask("/problems/email-taken", "application/json", "fr").await;
        assert_eq!((answer.header("content-type"), answer.header("content-language")), ("application/json", "fr"));
        let described = answer.json();
        assert_eq!(described["title"], "Un autre utilisateur a cette adresse de courriel");
        assert_eq!((&described["retry"], &described["status"]), (&"no".into(), &409.into()));
        assert_eq!(described["example"]["type"], "/problems/email-taken");
        assert_eq!(described["example"]["email"], "ada@example.org");
        let all = ask("/problems", "application/json", "en").await.json();
        assert_eq!(all["items"].as_array().unwrap().len(), ALL.len());
        for (kind, described) in ALL.iter().zip(all["items"].as_array().unwrap()) {
            for (member, _) in kind.members {
                assert!(!described["example"][member.name()].is_null(), "{} {}", kind.slug, member.name());
            }
        }
    }

    #[tokio::test]
    async fn an_unknown_type_is_a_404_problem() {
        let answer = ask("/problems/email-lost", "text/html", "fr").await;
        assert_eq!((answer.status, answer.slug().as_str()), (404, "unknown-problem-type"));
        assert!(answer.json()["detail"].as_str().unwrap().contains("email-lost"));
        let answer = ask("/problems/%FF", "text/html", "fr").await;
        assert_eq!((answer.status, answer.slug().as_str()), (404, "unknown-problem-type"));
    }
}
