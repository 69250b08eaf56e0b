//! Orders placed by hand, and those that flow by themselves: each driven by a thread of its own to what must become of
//! it, so that one that waits for a dead service holds up no other.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use problem_types::{Text, text};
use rand::Rng as _;
use serde::Deserialize;

use stack::term;

use crate::break_off::{self, BROKEN_OFF};
use crate::course::Course;
use crate::journey::Journey;
use crate::page::app::{App, Current};
use crate::page::asker::{Asker, Fields};
use crate::page::seen::Reset;
use crate::page::texts;
use crate::said::in_words;
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
    asker: Asker,
    Fields(what): Fields<ToPlace>,
) -> Response {
    let Some(course) = Course::FOUR.into_iter().find(|course| course.name() == what.course) else {
        return asker.no_such_thing();
    };
    match drive(&app, course) {
        Ok(()) => asker.done("/workbench"),
        Err(why) => asker.refuse(StatusCode::CONFLICT, &why),
    }
}

/// Whether orders are to flow.
#[derive(Deserialize)]
pub(in crate::page) struct ToFlow {
    on: String,
}

pub(in crate::page) async fn flow(State(app): State<Arc<App>>, asker: Asker, Fields(what): Fields<ToFlow>) -> Response {
    let on = what.on == "yes";
    let reset = app.seen().reset;
    if on && reset != Reset::No {
        return asker.refuse(StatusCode::CONFLICT, &texts::no_store(reset));
    }
    let mut begun = None;
    app.note(|seen| {
        if on {
            begun = seen.flow.begin();
        } else {
            seen.flow.end();
        }
    });
    if let Some(number) = begun {
        let app = Arc::clone(&app);
        std::thread::spawn(move || {
            while app.seen().flow.has(number) && !app.stop.is_cancelled() {
                let course = Course::FOUR[rand::rng().random_range(0..Course::FOUR.len())];
                // One that finds no room is one that does not come.
                let _ = drive(&app, course);
                std::thread::sleep(PAUSE);
            }
        });
    }
    asker.done("/workbench")
}

/// Places an order and goes on as its customer does, unless there is no room for it, or no store.
fn drive(app: &Arc<App>, course: Course) -> Result<(), Text> {
    let reset = app.seen().reset;
    if reset != Reset::No {
        return Err(texts::no_store(reset));
    }
    if app.driven.fetch_add(1, Ordering::SeqCst) >= MOST {
        app.driven.fetch_sub(1, Ordering::SeqCst);
        return Err(texts::full(MOST));
    }
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        if let Some(current) = app.current() {
            break_off::by(current.let_go.clone());
            travel(&app, &current, course);
        }
        app.driven.fetch_sub(1, Ordering::SeqCst);
    });
    Ok(())
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
        let why = in_words(&error).unwrap_or(&texts::TERMINAL_SAYS);
        if *why != BROKEN_OFF {
            term::complain(&format!("{error:#}"));
        }
        let [en, fr] = problem_types::Language::ALL.map(|language| why.get(language));
        app.tell(text!("an order did not go its way: {en}", "une commande n’a pas suivi son cours\u{a0}: {fr}"));
    }
}
