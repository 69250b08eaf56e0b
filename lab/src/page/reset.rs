//! Beginning again: the store is ended with its folder, and another one started, which has seen nothing yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use stack::store::{Parts, State};
use stack::temp::TempFolder;
use stack::term;

use super::app::{App, Current};
use super::runner;
use super::seen::{Reset, Seen};
use crate::laboratory::Laboratory;

/// How long those who are at work with the store may take to let go of it; an order that waits for a service takes as
/// long as it takes that service to be there again.
const LET_GO: Duration = Duration::from_secs(30);
/// How long a step of a scenario waits for what comes by itself.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// Starts a store in a folder of its own.
pub(super) fn start(parts: &Parts) -> Result<Current> {
    let folder = TempFolder::new("lab")?;
    let lab = Laboratory::start(parts.clone(), folder.path(), (&[], PATIENCE))?;
    Ok(Current::new(lab, folder))
}

/// Begins again on a thread of its own; not while a step is at work, nor twice at once.
pub(super) fn begin(app: &Arc<App>) -> bool {
    if app.seen().reset == Reset::UnderWay || !runner::forget(app) {
        return false;
    }
    app.note(|seen| (seen.reset, seen.flowing) = (Reset::UnderWay, false));
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        let outcome = end(&app).and_then(|()| start(&app.parts));
        match outcome {
            Ok(current) => {
                app.replace(Some(current));
                app.note(|seen| *seen = Seen::default());
            }
            Err(error) => {
                term::complain(&format!("{error:#}"));
                app.note(|seen| seen.reset = Reset::Failed);
            }
        }
    });
    true
}

/// Ends the store, once nobody is at work with it any more.
pub(super) fn end(app: &App) -> Result<()> {
    runner::forget(app);
    let Some(mut current) = app.replace(None) else { return Ok(()) };
    for member in current.lab.members() {
        if member.state == State::Paused {
            current.lab.store().resume(member.name)?;
        }
        // Whoever waits for it comes to an end.
        current.lab.store().bring_up(member.name);
    }
    let end = Instant::now() + LET_GO;
    let current = loop {
        current = match Arc::try_unwrap(current) {
            Ok(current) => break current,
            Err(_) if Instant::now() > end => bail!("something is still at work with the store"),
            Err(shared) => shared,
        };
        std::thread::sleep(POLL);
    };
    current.stop()
}
