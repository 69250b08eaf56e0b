//! Orders placed by hand, and those that flow by themselves: each driven by a thread of its own to what must become of
//! it, so that one that waits for a dead service holds up no other.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use problem_types::text;
use rand::Rng as _;
use serde::Deserialize;

use super::{done, no_such_thing};
use crate::course::Course;
use crate::journey::Journey;
use crate::page::app::{App, Current};
use crate::words;

/// Orders under way at most; those that wait for a service that is away are among them.
const MOST: usize = 20;

/// Between two orders of the flow: a class sees each of them come.
const PAUSE: Duration = Duration::from_millis(1_500);

/// An order to be placed.
#[derive(Deserialize)]
pub(in crate::page) struct ToPlace {
    course: String,
}

pub(in crate::page) async fn place(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(what): Form<ToPlace>,
) -> Response {
    let Some(course) = Course::FOUR.into_iter().find(|course| course.name() == what.course) else {
        return no_such_thing();
    };
    if drive(&app, course) { done(&headers, "/workbench") } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
}

/// Whether orders are to flow.
#[derive(Deserialize)]
pub(in crate::page) struct ToFlow {
    on: String,
}

pub(in crate::page) async fn flow(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(what): Form<ToFlow>,
) -> Response {
    let on = what.on == "yes";
    let mut begins = false;
    app.note(|seen| {
        begins = on && !seen.flowing;
        seen.flowing = on;
    });
    if begins {
        let app = Arc::clone(&app);
        std::thread::spawn(move || {
            while app.seen().flowing && !app.stop.is_cancelled() {
                let course = Course::FOUR[rand::rng().random_range(0..Course::FOUR.len())];
                drive(&app, course);
                std::thread::sleep(PAUSE);
            }
        });
    }
    done(&headers, "/workbench")
}

/// Places an order and goes on as its customer does; whether there is room for it.
fn drive(app: &Arc<App>, course: Course) -> bool {
    if app.driven.fetch_add(1, Ordering::SeqCst) >= MOST {
        app.driven.fetch_sub(1, Ordering::SeqCst);
        return false;
    }
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        if let Some(current) = app.current() {
            travel(&app, &current, course);
        }
        app.driven.fetch_sub(1, Ordering::SeqCst);
    });
    true
}

fn travel(app: &App, current: &Current, course: Course) {
    let number = app.number();
    let outcome = Journey::prepare(&current.lab, course, &format!("order-{number}")).and_then(|mut journey| {
        journey.begin()?;
        if let Some(id) = journey.order_id() {
            let [en, fr] = problem_types::Language::ALL.map(|language| words::course(course).get(language).to_owned());
            app.note(|seen| {
                seen.courses.insert(id, course);
                seen.happened(text!("order {id} was placed; it {en}", "commande {id} passée\u{202f}; elle {fr}"));
            });
        }
        journey.go_on()
    });
    if let Err(error) = outcome {
        app.tell(text!(
            "an order did not go its way: {error:#}",
            "une commande n’a pas suivi son cours\u{a0}: {error:#}"
        ));
    }
}
