//! What the buttons do. Each is a plain form: a browser without the script comes back to a page, one with it stays.

mod orders;
mod processes;
mod scenarios;

use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use problem_types::{Text, text};
use serde::Deserialize;
use stack::store::{Name, State as Stands};
use stack::term;

use super::app::App;
use super::asker::{Asker, Fields};
use super::texts;
use crate::laboratory::Laboratory;
use crate::said::{Said, in_words};
use crate::scenarios::replay as replay_parked;

pub(super) use orders::{flow, place};
pub(super) use processes::{arm, disarm, process};
pub(super) use scenarios::{again, go, reset};

/// Does something to the store, on a thread that may wait, and tells of it; or says why it cannot be done.
async fn to_the_store(
    app: &Arc<App>,
    asker: Asker,
    what: impl FnOnce(&Laboratory) -> Result<Text> + Send + 'static,
) -> Response {
    let shared = Arc::clone(app);
    let done_or_not = tokio::task::spawn_blocking(move || {
        let current = shared.current().ok_or_else(|| Said(texts::no_store(shared.seen().reset)))?;
        what(&current.lab).map(|told| shared.tell(told))
    });
    let error = match done_or_not.await {
        Ok(Ok(())) => return asker.done("/workbench"),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    };
    if let Some(why) = in_words(&error) {
        return asker.refuse(StatusCode::CONFLICT, why);
    }
    term::complain(&format!("{error:#}"));
    asker.refuse(StatusCode::SERVICE_UNAVAILABLE, &texts::NOT_DONE)
}

fn by_name(name: &str) -> Option<Name> {
    Name::ALL.into_iter().find(|known| known.as_str() == name)
}

fn service(name: &str) -> Option<Name> {
    by_name(name).filter(|name| name.is_service())
}

/// A service must run to be told something.
fn must_run(lab: &Laboratory, service: Name) -> Result<()> {
    match lab.member(service)?.state {
        Stands::Running => Ok(()),
        state => Err(Said(texts::does_not_listen(service, state)).into()),
    }
}

/// The key whose parked events are to be handled again.
#[derive(Deserialize)]
pub(super) struct Key {
    key: String,
}

pub(super) async fn replay(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(name): Path<String>,
    Fields(Key { key }): Fields<Key>,
) -> Response {
    let Some(service) = service(&name) else { return asker.no_such_thing() };
    to_the_store(&app, asker, move |lab| {
        must_run(lab, service)?;
        let (handled, left) = replay_parked(lab, service, &key)?;
        Ok(text!(
            "{service} replayed {handled} events of {key}; {left} are left",
            "{service} a rejoué {handled} événements de {key}\u{202f}; il en reste {left}"
        ))
    })
    .await
}
