//! The clock over HTTP, in the builds of the crash laboratory: put wrong, and right again.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use saga_kit::clock;
use serde::{Deserialize, Serialize};

use super::Shared;
use crate::Json;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/admin/clock", get(show).put(set))
}

/// How this process's clock stands.
#[derive(Serialize, Deserialize)]
struct Clock {
    /// Seconds ahead of the machine's; below zero when it is behind.
    ahead_s: i32,
}

async fn show() -> Json<Clock> {
    Json(Clock { ahead_s: clock::ahead_s() })
}

async fn set(Json(clock): Json<Clock>) -> StatusCode {
    clock::set_ahead_s(clock.ahead_s);
    StatusCode::NO_CONTENT
}
