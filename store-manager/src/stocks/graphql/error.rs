//! Errors as GraphQL tells them: `extensions.code` is the slug of the problem that REST would answer.
//!
//! Ours are problems from the start. What the library itself finds wrong with a document gets its code here, so that
//! no error leaves without one.

use async_graphql::{Error, ErrorExtensionValues, Response, ServerError};
use problem_types::{INVALID_ARGUMENT, INVALID_GRAPHQL, ProblemType, QUERY_TOO_COMPLEX, Retry, by_slug};
use service_kit::{Language, Problem};

/// What the library says when a document passes its limits.
const LIMITS: [&str; 3] = ["Query is too complex.", "Query is nested too deep.", "The recursion depth of the query"];

/// A problem as an error of a field.
pub(super) fn of_problem(problem: &Problem, language: Language) -> Error {
    let mut error = Error::new(problem.message(language));
    let extensions = error.extensions.get_or_insert_default();
    for (name, value) in problem.members() {
        extensions.set(name, async_graphql::Value::from_json(value.clone()).unwrap_or_default());
    }
    set_code(extensions, problem.slug());
    error
}

/// An error of the whole request.
pub(super) fn of_request(kind: &'static ProblemType, language: Language) -> Response {
    let mut error = ServerError::new(kind.title.get(language), None);
    set_code(error.extensions.get_or_insert_default(), kind.slug);
    Response::from_errors(vec![error])
}

/// Errors that one answer tells. A document of a few kilobytes can have thousands, of which nobody reads the rest.
const MAX_ERRORS: usize = 10;

/// Gives a code to each error that has none: those are the library's own.
pub(super) fn complete(mut response: Response) -> Response {
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
            continue;
        }
        let kind = if LIMITS.iter().any(|limit| error.message.starts_with(limit)) {
            &QUERY_TOO_COMPLEX
        } else if error.path.is_empty() {
            &INVALID_GRAPHQL
        } else {
            &INVALID_ARGUMENT
        };
        set_code(error.extensions.get_or_insert_default(), kind.slug);
    }
    response
}

fn set_code(extensions: &mut ErrorExtensionValues, slug: &'static str) {
    extensions.set("code", slug);
    extensions.set("type", format!("/problems/{slug}"));
    // GraphQL has no `Retry-After` of its own: a page may have several errors.
    if let Some(Retry::After(seconds)) = by_slug(slug).map(|kind| kind.retry) {
        extensions.set("retryAfterSeconds", seconds);
    }
}
