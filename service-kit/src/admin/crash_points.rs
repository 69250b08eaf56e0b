//! Crash points over HTTP, in the builds of the crash laboratory: which were passed, and where to die.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use saga_kit::crash_point::{self, Armed, Passed};
use serde::Serialize;

use super::Shared;
use crate::Json;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/admin/crash-points", get(show).put(arm).delete(disarm))
}

/// How this process stands.
#[derive(Serialize)]
struct CrashPoints {
    armed: Option<Armed>,
    passed: Vec<Passed>,
}

async fn show() -> Json<CrashPoints> {
    Json(CrashPoints { armed: crash_point::armed(), passed: crash_point::passed() })
}

/// Takes `{"point": "PLACE:EVENT", "passage": 1}`.
async fn arm(Json(what): Json<Armed>) -> StatusCode {
    crash_point::arm(what);
    StatusCode::NO_CONTENT
}

async fn disarm() -> StatusCode {
    crash_point::disarm();
    StatusCode::NO_CONTENT
}
