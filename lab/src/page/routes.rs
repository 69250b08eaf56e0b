//! The addresses of the page: what is shown at each, and what is done at those that do something.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use problem_types::Language;
use serde::Deserialize;

use super::app::App;
use super::language::{COOKIE, Reader, by_tag};
use super::views::{self, View};
use super::{assets, deeds, gate, live, texts};
use crate::scenarios;

/// Longer than any form here.
const MAX_BODY_BYTES: usize = 8 * 1024;

/// How long a page waits for a timeline that nobody has looked at before.
const FIRST_LOOK: Duration = Duration::from_millis(1_500);

pub(super) fn router(app: Arc<App>) -> Router {
    let views = Router::new()
        .route("/", get(|here: Here| show(here, View::Scenarios)))
        .route("/workbench", get(|here: Here| show(here, View::Workbench)))
        .route("/reset", get(|here: Here| show(here, View::Reset)).post(deeds::reset))
        .route("/scenarios/{slug}", get(show_scenario).post(deeds::go))
        .route("/scenarios/{slug}/again", post(deeds::again))
        .route("/orders/{id}", get(show_order))
        .route("/orders", post(deeds::place))
        .route("/flow", post(deeds::flow))
        .route("/processes/{name}/{deed}", post(deeds::process))
        .route("/points", post(deeds::arm))
        .route("/points/{service}/disarm", post(deeds::disarm))
        .route("/parked/{service}", post(deeds::replay))
        .route("/token", post(gate::show));
    let live = Router::new()
        .route("/live/", get(|here: Here| tell(here, View::Scenarios)))
        .route("/live/workbench", get(|here: Here| tell(here, View::Workbench)))
        .route("/live/reset", get(|here: Here| tell(here, View::Reset)))
        .route("/live/scenarios/{slug}", get(tell_scenario))
        .route("/live/orders/{id}", get(tell_order));
    views
        .merge(live)
        .merge(assets::routes())
        .fallback(async |here: Here| here.lost())
        .method_not_allowed_fallback(async |here: Here| here.lost())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        // The last one put on is the first one passed.
        .layer(from_fn_with_state(Arc::clone(&app), gate::guard))
        .with_state(app)
}

/// What every page needs of a request.
struct Here {
    app: Arc<App>,
    language: Language,
    /// The switch of languages, which is a link to the page that one is on.
    switch: Option<Language>,
}

impl FromRequestParts<Arc<App>> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        #[derive(Deserialize)]
        struct Switch {
            lang: String,
        }
        let Reader(language) = Reader::from_request_parts(parts, app).await?;
        let switch = Query::<Switch>::try_from_uri(&parts.uri).ok();
        let switch = switch.and_then(|Query(Switch { lang })| by_tag(&lang));
        Ok(Self { app: Arc::clone(app), language, switch })
    }
}

impl Here {
    fn lost(&self) -> Response {
        views::notice(StatusCode::NOT_FOUND, &texts::NO_SUCH_PAGE, self.language)
    }
}

async fn show(Here { app, language, switch }: Here, view: View) -> Response {
    if let Some(language) = switch {
        return switch_to(language, view);
    }
    if let View::Order(order) = view {
        until_seen(&app, order).await;
    }
    view.page(&app.seen(), language)
}

/// The choice is kept for a year, and the address is left as it was.
fn switch_to(language: Language, view: View) -> Response {
    let cookie = format!("{COOKIE}={language}; Path=/; SameSite=Lax; Max-Age=31536000");
    ([(SET_COOKIE, cookie)], Redirect::to(&view.path())).into_response()
}

async fn until_seen(app: &App, order: u64) {
    app.want(order);
    let mut seen = app.watch();
    let there = seen.wait_for(|seen| seen.timelines.contains_key(&order));
    // An order that is not there is said not to be, after a while.
    let _ = tokio::time::timeout(FIRST_LOOK, there).await;
}

async fn show_scenario(here: Here, Path(slug): Path<String>) -> Response {
    match scenarios::by_slug(&slug) {
        Some(scenario) => show(here, View::Scenario(scenario)).await,
        None => here.lost(),
    }
}

async fn show_order(here: Here, Path(id): Path<String>) -> Response {
    match id.parse() {
        Ok(id) => show(here, View::Order(id)).await,
        Err(_) => here.lost(),
    }
}

fn tell(Here { app, language, .. }: Here, view: View) -> Ready<Response> {
    ready(live::tell(app, view, language).into_response())
}

async fn tell_scenario(here: Here, Path(slug): Path<String>) -> Response {
    match scenarios::by_slug(&slug) {
        Some(scenario) => tell(here, View::Scenario(scenario)).await,
        None => here.lost(),
    }
}

async fn tell_order(here: Here, Path(id): Path<String>) -> Response {
    match id.parse() {
        Ok(id) => tell(here, View::Order(id)).await,
        Err(_) => here.lost(),
    }
}
