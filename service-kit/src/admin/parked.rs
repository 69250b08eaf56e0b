//! Parked events over HTTP: listed, shown with their bytes, replayed in order, discarded with a reason.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use problem_types::{PARKED_EVENT_NOT_FOUND, Text, text};
use saga_kit::parking::{self, DiscardedEvent, ParkedEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Shared, Subject};
use crate::{Id, Json, List, Page, Problem, database};

/// Characters of a reason at most.
const MAX_REASON_CHARS: usize = 1_000;

/// What a replay must be told.
const EITHER: Text = Text::fixed(
    "key: send either the key or the id of a parked event",
    "key\u{a0}: envoyez soit la clé, soit l'identifiant d'un événement mis de côté",
);

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/admin/parked-events", get(list))
        .route("/admin/parked-events/replay", post(replay))
        .route("/admin/parked-events/{id}", get(show))
        .route("/admin/parked-events/{id}/discard", post(discard))
        .route("/admin/discarded-events", get(list_discarded))
}

/// A page of parked events, and how many there are in all.
#[derive(Serialize)]
struct Parked {
    #[serde(flatten)]
    page: List<ParkedEvent>,
    total: u64,
    by_cause: BTreeMap<String, u64>,
}

async fn list(State(shared): State<Shared>, page: Page) -> Result<Json<Parked>, Problem> {
    let pool = shared.running()?.transactions.pool();
    let by_cause = parking::count(pool).await.map_err(problem)?;
    let events = parking::list(pool, page.after(), page.rows()).await.map_err(problem)?;
    Ok(Json(Parked { page: page.list(events, |event| event.id), total: by_cause.values().sum(), by_cause }))
}

/// A parked event with its bytes: as JSON when they are JSON, otherwise as text with all but ASCII escaped.
#[derive(Serialize)]
struct Shown {
    event: ParkedEvent,
    payload_bytes: usize,
    payload: Option<Box<RawValue>>,
    payload_text: Option<String>,
}

async fn show(State(shared): State<Shared>, Id(id): Id) -> Result<Json<Shown>, Problem> {
    let found = parking::show(shared.running()?.transactions.pool(), id).await.map_err(problem)?;
    let (event, bytes) = found.ok_or_else(|| not_parked(id))?;
    let payload: Option<Box<RawValue>> = serde_json::from_slice(&bytes).ok();
    let payload_text = payload.is_none().then(|| bytes.escape_ascii().to_string());
    Ok(Json(Shown { event, payload_bytes: bytes.len(), payload, payload_text }))
}

/// Which events to replay: all of a key, named by itself or by one of its events.
#[derive(Deserialize)]
struct Which {
    key: Option<String>,
    id: Option<u64>,
}

/// How far a replay came.
#[derive(Serialize)]
struct Replayed {
    key: String,
    handled: u32,
    stopped_by: Option<String>,
    still_parked: u64,
}

async fn replay(State(shared): State<Shared>, Json(which): Json<Which>) -> Result<Json<Replayed>, Problem> {
    let Subject { transactions, registry, .. } = shared.running()?;
    let key = match (which.key, which.id) {
        (Some(key), None) => key.into_bytes(),
        // A key that is no text can be named by its event alone.
        (None, Some(id)) => {
            parking::key_of(transactions.pool(), id).await.map_err(problem)?.ok_or_else(|| not_parked(id))?
        }
        _ => return Err(Problem::invalid_field("key", EITHER)),
    };
    let parking::Replayed { handled, stopped_by } =
        parking::replay(transactions, registry, &key).await.map_err(problem)?;
    let still_parked = parking::count_of(transactions.pool(), &key).await.map_err(problem)?;
    let key = String::from_utf8_lossy(&key).into_owned();
    tracing::info!(key, handled, stopped_by, still_parked, "parked events were replayed");
    Ok(Json(Replayed { key, handled, stopped_by, still_parked }))
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

/// What was given up, and what now waits for a replay.
#[derive(Serialize)]
struct GivenUp {
    discarded: bool,
    id: u64,
    key: String,
    still_parked: u64,
}

async fn discard(
    State(shared): State<Shared>,
    Id(id): Id,
    Json(Reason { reason }): Json<Reason>,
) -> Result<Json<GivenUp>, Problem> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MAX_REASON_CHARS {
        let detail = text!(
            "reason: say in 1 to {MAX_REASON_CHARS} characters why the event is given up for good",
            "reason\u{a0}: dites en 1 à {MAX_REASON_CHARS} caractères pourquoi l'événement est abandonné pour de bon"
        );
        return Err(Problem::invalid_field("reason", detail));
    }
    let transactions = &shared.running()?.transactions;
    let key = parking::key_of(transactions.pool(), id).await.map_err(problem)?.ok_or_else(|| not_parked(id))?;
    if !parking::discard(transactions, id, reason).await.map_err(problem)? {
        return Err(not_parked(id));
    }
    let still_parked = parking::count_of(transactions.pool(), &key).await.map_err(problem)?;
    let key = String::from_utf8_lossy(&key).into_owned();
    tracing::warn!(id, key, reason, still_parked, "a parked event was discarded");
    Ok(Json(GivenUp { discarded: true, id, key, still_parked }))
}

async fn list_discarded(State(shared): State<Shared>, page: Page) -> Result<List<DiscardedEvent>, Problem> {
    let pool = shared.running()?.transactions.pool();
    let events = parking::list_discarded(pool, page.after(), page.rows()).await.map_err(problem)?;
    Ok(page.list(events, |event| event.id))
}

#[allow(clippy::needless_pass_by_value, reason = "so that it can be named in map_err")]
fn problem(error: sqlx::Error) -> Problem {
    database::problem(&error)
}

fn not_parked(id: u64) -> Problem {
    Problem::new(&PARKED_EVENT_NOT_FOUND).detail(text!(
        "No event is parked under the id {id}: it was replayed or discarded, or never there; see GET /admin/parked-events",
        "Aucun événement n'est mis de côté sous l'identifiant {id}\u{a0}: il a été rejoué ou abandonné, ou n'a jamais \
         existé\u{202f}; voyez GET /admin/parked-events"
    ))
}
