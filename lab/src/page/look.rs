//! The lookers: threads that look at the laboratory again and again, each at a part of its own, so that one that waits
//! for a database holds up no other.

mod books;
mod processes;
mod timelines;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::app::App;
use super::seen::Audit;
use crate::laboratory::Laboratory;

/// How often processes, orders and queues are looked at.
const OFTEN: Duration = Duration::from_millis(250);
/// How often the audit is run, at most.
const SELDOM: Duration = Duration::from_millis(750);
/// How long a database may take for one answer before what is shown counts as old.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// Starts them; they end when the laboratory does.
pub(super) fn begin(app: &Arc<App>) {
    spawn(app, OFTEN, processes::look);
    spawn(app, OFTEN, books::look);
    spawn(app, OFTEN, timelines::look);
    spawn(app, SELDOM, audit);
}

fn spawn(app: &Arc<App>, pause: Duration, look: fn(&App, &Laboratory)) {
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        while !app.stop.is_cancelled() {
            let began = Instant::now();
            if let Some(current) = app.current() {
                look(&app, &current.lab);
            }
            // As long as it took to look, so that a large store is not kept busy by being looked at.
            std::thread::sleep(pause.max(began.elapsed()));
        }
    });
}

fn audit(app: &App, lab: &Laboratory) {
    let databases = lab.databases();
    let verdict = databases.wait(async {
        let audit = audit::audit(databases.store(), databases.payments());
        tokio::time::timeout(ANSWER_LIMIT, audit).await.context("the audit took too long")?.context("the audit")
    });
    app.note(|seen| match verdict {
        Ok(verdict) => seen.audit = Audit { is_old: false, verdict: Some(verdict) },
        Err(_) => seen.audit.is_old = true,
    });
}
