//! [`harden`]: what stands around every router: limits of size and time, a panic answered as a problem,
//! problems for unknown routes and methods, the reader's language, and the request log.

use crate::body::read_whole_body;
use crate::etag::Known;
use crate::language::Telling;
use crate::metrics;
use crate::problem::Problem;
use crate::server_span::ServerSpan;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::Uri;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use problem_types::{METHOD_NOT_ALLOWED, NO_SUCH_ROUTE, REQUEST_TIMEOUT, Text, text};
use saga_kit::subject::about;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tracing::{Instrument, Span, info_span};

/// Bytes of a request body at most.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// How long a request may take before it is abandoned, its transaction rolled back.
pub const REQUEST_TIME_LIMIT: Duration = Duration::from_secs(10);
/// What a client is told to wait after a request was abandoned.
const RETRY_AFTER_TIMEOUT_S: u32 = 5;

/// Puts the limits, the fallbacks and the log around the routes of a service. Called once, last.
pub fn harden(routes: Router) -> Router {
    harden_with(routes, (REQUEST_TIME_LIMIT, true))
}

/// The same for routes whose requests are not those of clients.
pub(crate) fn harden_uncounted(routes: Router) -> Router {
    harden_with(routes, (REQUEST_TIME_LIMIT, false))
}

fn harden_with(routes: Router, (time_limit, counted): (Duration, bool)) -> Router {
    routes
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        // One layer of two: each that is put around a router by itself boxes every route once more, and every request
        // clones and allocates its way through the boxes.
        .layer((
            middleware::from_fn(move |request: Request, next: Next| answer((time_limit, counted), request, next)),
            DefaultBodyLimit::max(MAX_BODY_BYTES),
        ))
}

/// Answers a request, counts it, and tells the log and its trace.
async fn answer((time_limit, counted): (Duration, bool), request: Request, next: Next) -> Response {
    let (method, route) = (request.method().clone(), request.extensions().get::<MatchedPath>().cloned());
    let (span, traced, began) = (span(&request), ServerSpan::begin(&request), Instant::now());
    let answered = async {
        let response = handle(time_limit, request, next).await;
        let (status, took) = (response.status(), began.elapsed());
        if counted {
            metrics::answered(&method, route.as_ref(), (status, took));
        }
        let took_ms = took.as_millis();
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), took_ms, "a request failed");
        } else {
            tracing::debug!(status = status.as_u16(), took_ms, "answered");
        }
        response
    };
    let response = about(traced.subject(), answered.instrument(span)).await;
    traced.end(response.status());
    response
}

/// What every request goes through on its way to its handler, and every answer on its way back.
async fn handle(time_limit: Duration, request: Request, next: Next) -> Response {
    let (telling, known) = (Telling::of(&request), Known::of(&request));
    let handled = async {
        match read_whole_body(request).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    // Nothing that a handler can see outlives its panic but what its transaction has committed.
    let handled = AssertUnwindSafe(tokio::time::timeout(time_limit, handled)).catch_unwind().await;
    let response = match handled {
        Ok(Ok(response)) => response,
        Ok(Err(_elapsed)) => too_slow().into_response(),
        Err(panic) => answer_panic(&*panic),
    };
    telling.localise(known.not_modified(response))
}

/// The route's pattern rather than its URI: neither a query nor a body ever stands in the log.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| request.uri().path(), MatchedPath::as_str);
    info_span!("request", method = %request.method(), route)
}

fn too_slow() -> Problem {
    Problem::new(&REQUEST_TIMEOUT)
        .detail(Text::fixed(
            "Read whether it took effect before you send it again",
            "Vérifiez si elle a pris effet avant de la renvoyer",
        ))
        .retry_after(RETRY_AFTER_TIMEOUT_S)
}

async fn no_such_route(uri: Uri) -> Problem {
    let path = uri.path();
    Problem::new(&NO_SUCH_ROUTE).detail(text!(
        "{path} is no route of this service; check the spelling",
        "{path} n'est pas une route de ce service ; vérifiez l'orthographe"
    ))
}

// axum itself adds the header Allow to whatever this answers.
async fn method_not_allowed() -> Problem {
    Problem::new(&METHOD_NOT_ALLOWED).detail(Text::fixed(
        "The header Allow lists the methods that it takes",
        "L'en-tête Allow énumère les méthodes acceptées",
    ))
}

fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("(no message)");
    tracing::error!(message, "a request handler panicked");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_http::{get, post};
    use axum::routing;

    fn router() -> Router {
        Router::new()
            .route("/orders", routing::get(async || "orders").delete(async || "gone"))
            .route("/panic", routing::get(async || -> &str { panic!("with the secret inside") }))
            .route("/stuck", routing::get(std::future::pending::<&str>))
    }

    #[tokio::test]
    async fn an_unknown_route_is_a_404_problem() {
        let answer = get(harden(router()), "/ordres").await;
        assert_eq!((answer.status, answer.slug().as_str()), (404, "no-such-route"));
    }

    #[tokio::test]
    async fn a_wrong_method_is_a_405_problem_that_lists_the_right_ones() {
        let answer = post(harden(router()), "/orders", "application/json", "{}").await;
        assert_eq!((answer.status, answer.slug().as_str()), (405, "method-not-allowed"));
        assert_eq!(answer.header("allow"), "GET,HEAD,DELETE");
    }

    #[tokio::test]
    async fn a_panic_is_a_500_problem_that_does_not_repeat_it() {
        let answer = get(harden(router()), "/panic").await;
        assert_eq!((answer.status, answer.slug().as_str()), (500, "internal-error"));
        assert!(!String::from_utf8(answer.body).unwrap().contains("secret"));
    }

    #[tokio::test]
    async fn a_request_that_hangs_is_a_503_problem() {
        let answer = get(harden_with(router(), (Duration::from_millis(5), true)), "/stuck").await;
        assert_eq!((answer.status, answer.slug().as_str()), (503, "request-timeout"));
        assert_eq!(answer.header("retry-after"), "5");
    }

    #[tokio::test]
    async fn a_body_that_never_comes_is_given_up_as_well() {
        use crate::Json;
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let takes_json = routing::post(async |Json(body): Json<serde_json::Value>| Json(body));
        let router = harden_with(Router::new().route("/", takes_json), (Duration::from_millis(20), true));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async { axum::serve(listener, router).await });
        let head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
        client.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 503");
        server.abort();
    }
}
