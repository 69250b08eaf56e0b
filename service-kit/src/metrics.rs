//! What a service counts beside its sagas: requests by route and status, its servers, its database's connections.
//!
//! Owns the registry of a process and what is counted once a process, as its log is; the machinery's metrics are
//! saga-kit's. The admin port answers scrapes, docs/operations/metrics.md says what each metric means.

use std::sync::LazyLock;
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus::core::Collector;
use prometheus::{HistogramVec, IntGauge, IntGaugeVec, Registry};
use saga_kit::metrics::{WORK_BUCKETS_S, histograms, int_gauge, int_gauges, register_all};
use sqlx::MySqlPool;

/// Requests on the public port. Those on the admin port are scrapes and checks, which would hide what clients see.
static REQUESTS: LazyLock<HistogramVec> = LazyLock::new(|| {
    histograms(
        "http_server_request_duration_seconds",
        "Requests on the public port, from their arrival to their answer",
        (&["http_request_method", "http_route", "http_response_status_code"], WORK_BUCKETS_S),
    )
});

static DEPENDENCY_UP: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    int_gauges("store_dependency_up", "1 where the server answered when it was last asked", &["dependency"])
});

static CONNECTIONS: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    int_gauges("db_client_connection_count", "Connections of the service's pool, by what they do", &["state"])
});

static CONNECTIONS_MAX: LazyLock<IntGauge> =
    LazyLock::new(|| int_gauge("db_client_connection_max", "Connections that the service's pool may open"));

/// What a scrape of this process shows, with what the service adds of its own.
///
/// # Errors
/// Two metrics have the same name.
pub(crate) fn registry(service: &str, own: Vec<Box<dyn Collector>>) -> Result<Registry, prometheus::Error> {
    let build = int_gauges("store_build_info", "1, with what runs here", &["service", "version"]);
    build.with_label_values(&[service, env!("CARGO_PKG_VERSION")]).set(1);
    let registry = Registry::new();
    let common: Vec<Box<dyn Collector>> = vec![
        Box::new(build),
        Box::new(REQUESTS.clone()),
        Box::new(DEPENDENCY_UP.clone()),
        Box::new(CONNECTIONS.clone()),
        Box::new(CONNECTIONS_MAX.clone()),
    ];
    register_all(&registry, common.into_iter().chain(own).collect())?;
    Ok(registry)
}

/// Counts a request that was answered. The route is its pattern, never its path: a client must not make up labels,
/// nor methods.
pub(crate) fn answered(method: &Method, route: Option<&MatchedPath>, (status, took): (StatusCode, Duration)) {
    let route = route.map_or("", MatchedPath::as_str);
    REQUESTS.with_label_values(&[known(method), route, status.as_str()]).observe(took.as_secs_f64());
}

/// A method of HTTP itself, or what OpenTelemetry calls all others.
fn known(method: &Method) -> &str {
    const KNOWN: [Method; 9] = [
        Method::CONNECT,
        Method::DELETE,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PATCH,
        Method::POST,
        Method::PUT,
        Method::TRACE,
    ];
    if KNOWN.contains(method) { method.as_str() } else { "_OTHER" }
}

/// Notes whether a server answered.
pub(crate) fn dependency_is_up(name: &str, up: bool) {
    DEPENDENCY_UP.with_label_values(&[name]).set(up.into());
}

/// Looks at the service's pool.
pub(crate) fn note_connections(pool: &MySqlPool) {
    let idle = i64::try_from(pool.num_idle()).unwrap_or(i64::MAX);
    CONNECTIONS.with_label_values(&["idle"]).set(idle);
    CONNECTIONS.with_label_values(&["used"]).set((i64::from(pool.size()) - idle).max(0));
    CONNECTIONS_MAX.set(pool.options().get_max_connections().into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden;
    use crate::test_http::get;
    use axum::Router;
    use axum::routing::get as route;

    fn text(registry: &Registry) -> String {
        prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    #[tokio::test]
    async fn requests_are_counted_by_the_pattern_of_their_route_and_their_status() {
        let router = || harden(Router::new().route("/counted/{id}", route(async || "here")));
        for uri in ["/counted/1", "/counted/2", "/counted/3/none", "/nowhere"] {
            get(router(), uri).await;
        }
        let text = text(&registry("s", Vec::new()).unwrap());
        let count = r#"count{http_request_method="GET",http_response_status_code="200",http_route="/counted/{id}"} 2"#;
        assert!(text.contains(count), "{text}");
        assert!(text.contains(r#"http_response_status_code="404",http_route="""#), "{text}");
        assert!(!text.contains("nowhere") && !text.contains("/counted/3"), "{text}");
    }

    #[test]
    fn a_method_that_nobody_knows_is_no_label() {
        assert_eq!(known(&Method::PATCH), "PATCH");
        assert_eq!(known(&Method::from_bytes(b"BREW").unwrap()), "_OTHER");
    }

    #[test]
    fn what_runs_here_is_told() {
        let text = text(&registry("a-service", Vec::new()).unwrap());
        let told = format!(r#"store_build_info{{service="a-service",version="{}"}} 1"#, env!("CARGO_PKG_VERSION"));
        assert!(text.contains(&told), "{text}");
    }
}
