//! What the buttons do. Each is a plain form: a browser without the script comes back to a page, one with it stays.

mod orders;

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use problem_types::{Text, text};
use serde::Deserialize;
use stack::store::Name;

use super::app::{App, Go};
use super::language::Reader;
use super::{gate, reset as again_from_nothing, runner, texts};
use crate::laboratory::Laboratory;
use crate::point::Point;
use crate::scenarios::{self, replay as replay_parked};

pub(super) use orders::{flow, place};

/// Set by the script, which puts what follows in place by itself.
const STAY: &str = "x-stay";

/// Done: the page that shows it, or nothing for one who is there.
fn done(headers: &HeaderMap, page: &str) -> Response {
    if headers.contains_key(STAY) { StatusCode::NO_CONTENT.into_response() } else { Redirect::to(page).into_response() }
}

/// Does something to the store, on a thread that may wait; what fails is told as it is.
async fn to_the_store(
    app: &Arc<App>,
    headers: &HeaderMap,
    what: impl FnOnce(&Laboratory) -> Result<Text> + Send + 'static,
) -> Response {
    let shared = Arc::clone(app);
    let done_or_not = tokio::task::spawn_blocking(move || {
        let current = shared.current().context("the store is being started anew")?;
        what(&current.lab).map(|told| shared.tell(told))
    });
    match done_or_not.await {
        Ok(Ok(())) => done(headers, "/workbench"),
        Ok(Err(error)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error:#}")).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn no_such_thing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn by_name(name: &str) -> Option<Name> {
    Name::ALL.into_iter().find(|known| known.as_str() == name)
}

fn service(name: &str) -> Option<Name> {
    by_name(name).filter(|name| name.is_service())
}

pub(super) async fn process(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path((name, deed)): Path<(String, String)>,
) -> Response {
    let Some(name) = by_name(&name) else { return no_such_thing() };
    let what: fn(&Laboratory, Name) -> Result<Text> = match deed.as_str() {
        "kill" => |lab, name| {
            let pid = lab.member(name)?.pid.unwrap_or_default();
            lab.store().kill(name)?;
            Ok(text!("kill -9 {pid} ({name})", "kill -9 {pid} ({name})"))
        },
        "pause" => |lab, name| {
            lab.store().pause(name)?;
            Ok(text!("SIGSTOP: {name}", "SIGSTOP\u{a0}: {name}"))
        },
        "resume" => |lab, name| {
            lab.store().resume(name)?;
            Ok(text!("SIGCONT: {name}", "SIGCONT\u{a0}: {name}"))
        },
        "take-down" => |lab, name| {
            let pid = lab.member(name)?.pid.unwrap_or_default();
            lab.store().take_down(name)?;
            Ok(text!("kill -9 {pid} ({name}), for good", "kill -9 {pid} ({name}), pour de bon"))
        },
        "bring-up" => |lab, name| {
            lab.store().bring_up(name);
            Ok(text!("{name} is to be started", "{name} doit démarrer"))
        },
        _ => return no_such_thing(),
    };
    to_the_store(&app, &headers, move |lab| what(lab, name)).await
}

/// A point to be armed.
#[derive(Deserialize)]
pub(super) struct ToArm {
    service: String,
    place: String,
    event_type: String,
    passage: u64,
}

pub(super) async fn arm(State(app): State<Arc<App>>, headers: HeaderMap, Form(what): Form<ToArm>) -> Response {
    let Some(service) = service(&what.service) else { return no_such_thing() };
    to_the_store(&app, &headers, move |lab| {
        let point = Point::new(&what.place, &what.event_type);
        lab.arm(service, &point, what.passage)?;
        Ok(text!("armed in {service}: {point}", "armé dans {service}\u{a0}: {point}"))
    })
    .await
}

pub(super) async fn disarm(State(app): State<Arc<App>>, headers: HeaderMap, Path(name): Path<String>) -> Response {
    let Some(service) = service(&name) else { return no_such_thing() };
    to_the_store(&app, &headers, move |lab| {
        lab.disarm(service)?;
        Ok(text!("{service} is disarmed", "{service} est désarmé"))
    })
    .await
}

/// The key whose parked events are to be handled again.
#[derive(Deserialize)]
pub(super) struct Key {
    key: String,
}

pub(super) async fn replay(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(name): Path<String>,
    Form(Key { key }): Form<Key>,
) -> Response {
    let Some(service) = service(&name) else { return no_such_thing() };
    to_the_store(&app, &headers, move |lab| {
        let (handled, left) = replay_parked(lab, service, &key)?;
        Ok(text!(
            "{service} replayed {handled} events of {key}; {left} are left",
            "{service} a rejoué {handled} événements de {key}\u{202f}; il en reste {left}"
        ))
    })
    .await
}

/// How far a scenario is to go, and from which seed it begins.
#[derive(Deserialize)]
pub(super) struct ToGo {
    go: String,
    seed: Option<u64>,
}

pub(super) async fn go(
    State(app): State<Arc<App>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Form(ToGo { go, seed }): Form<ToGo>,
) -> Response {
    let Some(scenario) = scenarios::by_slug(&slug) else { return no_such_thing() };
    let go = if go == "all" { Go::ToTheEnd } else { Go::OneStep };
    if !runner::go(&app, scenario, seed.unwrap_or(1), go) {
        return gate::refuse(StatusCode::CONFLICT, &texts::BUSY, language);
    }
    done(&headers, &format!("/scenarios/{slug}"))
}

pub(super) async fn again(
    State(app): State<Arc<App>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Response {
    if !runner::forget(&app) {
        return gate::refuse(StatusCode::CONFLICT, &texts::BUSY, language);
    }
    done(&headers, &format!("/scenarios/{slug}"))
}

pub(super) async fn reset(State(app): State<Arc<App>>, Reader(language): Reader, headers: HeaderMap) -> Response {
    if !again_from_nothing::begin(&app) {
        return gate::refuse(StatusCode::CONFLICT, &texts::BUSY, language);
    }
    done(&headers, "/reset")
}
