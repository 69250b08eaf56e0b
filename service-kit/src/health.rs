//! `GET /health-check`: the process is up and serves.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};

use crate::Json;

/// The route, to be merged into a service's router.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/health-check", get(health_check))
}

// It asks neither MySQL nor Kafka: a service that waits for them is healthy, and restarting it would not help.
async fn health_check() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

#[cfg(test)]
mod tests {
    use crate::test_http::get;

    #[tokio::test]
    async fn it_answers_ok() {
        let answer = get(super::routes(), "/health-check").await;
        assert_eq!((answer.status, answer.body.as_slice()), (200, br#"{"status":"ok"}"#.as_slice()));
    }
}
