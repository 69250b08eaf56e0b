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

/// How long those who are at work with the store may take to let go of it: a request may be under way.
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

/// Begins again on a thread of its own, and breaks off whatever is at work; not twice at once.
pub(super) fn begin(app: &Arc<App>) -> bool {
    {
        let mut running = app.running();
        if app.seen().reset == Reset::UnderWay {
            return false;
        }
        runner::let_go(&mut running);
        app.note(|seen| {
            seen.flow.end();
            (seen.reset, seen.scenario) = (Reset::UnderWay, None);
        });
    }
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        let outcome = end(&app).and_then(|()| start(&app.parts));
        match outcome {
            Ok(current) => {
                app.replace(Some(current));
                app.note(|seen| *seen = Seen { last_seed: seen.last_seed, ..Seen::default() });
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
    runner::let_go(&mut app.running());
    let Some(mut current) = app.replace(None) else { return Ok(()) };
    current.let_go.cancel();
    for member in current.lab.members() {
        if member.state == State::Paused {
            current.lab.store().resume(member.name)?;
        }
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
