//! `GET /health-check`: the process is up and serves.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{Json, Routes};

/// The route, to be merged into those of a service.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::new().path(routes!(health_check))
}

/// What it answers.
#[derive(Serialize, ToSchema)]
struct Healthy {
    status: &'static str,
}

/// Whether the process is up
#[utoipa::path(
    get, path = "/health-check", tag = "service", operation_id = "check_health",
    responses((status = 200, description = "It is up", body = Healthy))
)]
// It asks neither MySQL nor Kafka: a service that waits for them is healthy, and restarting it would not help.
async fn health_check() -> Json<Healthy> {
    Json(Healthy { status: "ok" })
}

#[cfg(test)]
mod tests {
    use crate::openapi::About;
    use crate::test_http::get;

    #[tokio::test]
    async fn it_answers_ok() {
        let (router, _) = super::routes().document(About { title: "", description: "" });
        let answer = get(router, "/health-check").await;
        assert_eq!((answer.status, answer.body.as_slice()), (200, br#"{"status":"ok"}"#.as_slice()));
    }
}
