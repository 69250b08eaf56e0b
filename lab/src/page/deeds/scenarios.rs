//! The steps of a scenario, an end to them, and the whole store from nothing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::page::app::{App, Go};
use crate::page::asker::{Asker, Fields};
use crate::page::runner::{self, Wanted};
use crate::page::{reset as from_nothing, texts};
use crate::scenarios;

/// How far a scenario is to go, from which seed it begins, and whether it may end another one that is half done.
#[derive(Deserialize)]
pub(in crate::page) struct ToGo {
    go: String,
    seed: Option<u64>,
    instead: Option<String>,
}

pub(in crate::page) async fn go(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(slug): Path<String>,
    Fields(ToGo { go, seed, instead }): Fields<ToGo>,
) -> Response {
    let Some(scenario) = scenarios::by_slug(&slug) else { return asker.no_such_thing() };
    let go = if go == "all" { Go::ToTheEnd } else { Go::OneStep };
    match runner::go(&app, &Wanted { scenario, seed, go, instead }) {
        Ok(()) => asker.done(&format!("/scenarios/{slug}")),
        Err(why) => asker.refuse(StatusCode::CONFLICT, &why),
    }
}

/// What is to become of a run: `break-off`, or `forget`.
#[derive(Deserialize)]
pub(in crate::page) struct ToEnd {
    how: String,
}

pub(in crate::page) async fn again(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(slug): Path<String>,
    Fields(ToEnd { how }): Fields<ToEnd>,
) -> Response {
    let Some(scenario) = scenarios::by_slug(&slug) else { return asker.no_such_thing() };
    let ended = if how == "forget" { runner::forget(&app, scenario) } else { runner::break_off(&app, scenario) };
    match ended {
        Ok(()) => asker.done(&format!("/scenarios/{slug}")),
        Err(why) => asker.refuse(StatusCode::CONFLICT, &why),
    }
}

pub(in crate::page) async fn reset(State(app): State<Arc<App>>, asker: Asker) -> Response {
    if from_nothing::begin(&app) { asker.done("/reset") } else { asker.refuse(StatusCode::CONFLICT, &texts::RESETTING) }
}
