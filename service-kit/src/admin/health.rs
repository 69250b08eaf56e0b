//! `/health/live`: the process serves. `/health/ready`: it can do its work, and what is away if not.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::Shared;
use super::readiness::{Report, Verdict};
use crate::Json;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

// It asks no server: to restart a process does not bring its servers back.
async fn live() -> Json<Value> {
    Json(json!({"status": "live"}))
}

async fn ready(State(shared): State<Shared>) -> Response {
    let report = match shared.subject() {
        Some(subject) => subject.readiness.report().await,
        None => Report { status: Verdict::Starting, dependencies: std::collections::BTreeMap::new() },
    };
    let status = match report.status {
        Verdict::Ready | Verdict::Degraded => StatusCode::OK,
        Verdict::Starting | Verdict::NotReady => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(report)).into_response()
}

#[cfg(test)]
mod tests {
    use super::super::tests::showing;
    use super::super::{Shared, router};
    use crate::admin::Dependency;
    use crate::test_http::get;
    use axum::Router;
    use serde_json::json;

    #[tokio::test]
    async fn a_service_that_waits_for_its_database_is_live_and_not_ready() {
        let waiting = || router(Shared::default(), Router::new());
        assert_eq!(get(waiting(), "/health/live").await.status, 200);
        let answer = get(waiting(), "/health/ready").await;
        assert_eq!((answer.status, answer.json()), (503, json!({"status": "starting", "dependencies": {}})));
    }

    #[tokio::test]
    async fn each_dependency_is_shown_with_its_state_and_why() {
        let up = || Dependency::needed("mysql", async || Ok(()));
        let down = || Dependency::wanted("kafka", async || Err("Connection refused".to_owned()));
        let degraded = get(
            router(showing(vec![up(), down().with_detail(|| json!({"relaying": false}))]), Router::new()),
            "/health/ready",
        )
        .await;
        let shown = degraded.json();
        assert_eq!((degraded.status, &shown["status"]), (200, &json!("degraded")), "{shown}");
        assert_eq!(degraded.header("cache-control"), "no-store");
        let kafka = &shown["dependencies"]["kafka"];
        assert_eq!((&kafka["state"], &kafka["why"]), (&json!("down"), &json!("Connection refused")));
        assert_eq!((&kafka["needed"], &kafka["detail"]), (&json!(false), &json!({"relaying": false})));
        assert!(kafka["since"].is_string() && kafka["latency_ms"].is_number(), "{kafka}");
        let mysql = &shown["dependencies"]["mysql"];
        assert_eq!((&mysql["state"], mysql.get("why")), (&json!("up"), None));
        let down = Dependency::needed("mysql", async || Err("gone".to_owned()));
        let refused = get(router(showing(vec![down]), Router::new()), "/health/ready").await;
        assert_eq!((refused.status, &refused.json()["status"]), (503, &json!("not_ready")));
    }
}
