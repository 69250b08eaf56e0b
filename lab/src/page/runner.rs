//! Runs scenarios, one at a time: a thread that does a step whenever the page asks for one.
//!
//! Whoever holds the lock of [`App::running`] decides what becomes of a run; its thread shows nothing without it, and
//! nothing at all once its token is cancelled. So what was broken off or forgotten cannot come back.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use anyhow::Result;
use problem_types::{Text, text};
use stack::term;
use tokio_util::sync::CancellationToken;

use super::app::{App, Current, Go, Running};
use super::seen::{Reset, Seen};
use super::texts;
use crate::break_off;
use crate::said::in_words;
use crate::scenarios::{Progress, Run, Scenario, StepState};

/// What the page asks for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub scenario: &'static Scenario,
    pub seed: Option<u64>,
    pub go: Go,
    /// The name of another scenario that is half done and may be ended for this one.
    pub instead: Option<String>,
}

/// Goes on with the scenario that was begun, or begins this one.
///
/// # Errors
/// A step is at work, another scenario is half done, or there is no store.
pub(super) fn go(app: &Arc<App>, wanted: &Wanted) -> Result<(), Text> {
    let mut running = app.running();
    let seen = app.seen();
    may_go(&seen, wanted)?;
    let is_same = |now: &Running| now.scenario.slug == wanted.scenario.slug;
    let goes_on = running.as_ref().filter(|now| is_same(now)).is_some_and(|now| now.go.send(wanted.go).is_ok());
    if goes_on {
        app.note(|seen| {
            if let Some(progress) = &mut seen.scenario {
                progress.is_at_work = true;
            }
        });
        return Ok(());
    }
    let_go(&mut running);
    let mut progress = Progress::new(wanted.scenario, wanted.seed.unwrap_or(seen.seed()));
    progress.is_at_work = true;
    let (sender, steps) = mpsc::channel();
    let _ = sender.send(wanted.go);
    let stop = CancellationToken::new();
    *running = Some(Running { scenario: wanted.scenario, go: sender, stop: stop.clone() });
    app.note(|seen| {
        seen.last_seed = Some(progress.seed);
        seen.flow.end();
        seen.scenario = Some(progress.clone());
    });
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        // The one before it may not have noticed yet that it was broken off.
        let _alone = app.stage();
        break_off::by(stop.clone());
        if let Some(current) = app.current().filter(|_| !stop.is_cancelled()) {
            run(&Stage { app: &app, current: &current, stop }, progress, &steps);
        }
    });
    Ok(())
}

fn may_go(seen: &Seen, wanted: &Wanted) -> Result<(), Text> {
    if seen.reset != Reset::No {
        return Err(texts::no_store(seen.reset));
    }
    let Some(progress) = &seen.scenario else { return Ok(()) };
    let other = progress.scenario;
    if progress.is_at_work {
        return Err(texts::BUSY);
    }
    if other.slug != wanted.scenario.slug && progress.next().is_some() && wanted.instead.as_deref() != Some(other.slug)
    {
        return Err(texts::half_done(&other.title));
    }
    Ok(())
}

/// Ends the step of this scenario that is at work, which then counts as failed.
///
/// # Errors
/// Another scenario is at work.
pub(super) fn break_off(app: &App, scenario: &Scenario) -> Result<(), Text> {
    let mut running = app.running();
    let Some(progress) = app.seen().scenario.filter(|progress| progress.is_at_work) else { return Ok(()) };
    if progress.scenario.slug != scenario.slug {
        return Err(texts::BUSY);
    }
    let_go(&mut running);
    app.note(|seen| {
        if let Some(progress) = &mut seen.scenario {
            progress.break_off();
        }
    });
    Ok(())
}

/// Forgets the run of this scenario, if it is the one that was begun last.
///
/// # Errors
/// A step is at work.
pub(super) fn forget(app: &App, scenario: &Scenario) -> Result<(), Text> {
    let mut running = app.running();
    match app.seen().scenario {
        Some(progress) if progress.is_at_work => Err(texts::BUSY),
        Some(progress) if progress.scenario.slug == scenario.slug => {
            let_go(&mut running);
            app.note(|seen| seen.scenario = None);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Has the thread of the run end as soon as it notices.
pub(super) fn let_go(running: &mut Option<Running>) {
    if let Some(running) = running.take() {
        running.stop.cancel();
    }
}

/// What the thread of a run works with.
struct Stage<'s> {
    app: &'s App,
    current: &'s Current,
    stop: CancellationToken,
}

fn run(stage: &Stage<'_>, mut progress: Progress, steps: &Receiver<Go>) {
    let number = stage.app.number();
    let (mut run, mut to_the_end) = (None, false);
    while let Some(at) = progress.next() {
        if !to_the_end {
            // Nobody asks for more when the run is forgotten.
            let Ok(go) = steps.recv() else { return };
            (to_the_end, progress.is_at_work) = (go == Go::ToTheEnd, true);
        }
        progress.steps[at].state = StepState::Running;
        if !stage.show(&progress) {
            return;
        }
        let happened = step(&mut run, stage.current, &progress, (at, number));
        if let Some(run) = &run {
            progress.orders = run.orders();
        }
        let step = &mut progress.steps[at];
        (step.state, step.happened) = match happened {
            Ok(happened) => (StepState::Done, Some(happened)),
            Err(error) => (StepState::Failed, Some(otherwise(&error))),
        };
        progress.is_at_work = to_the_end && progress.next().is_some();
        if !stage.show(&progress) {
            return;
        }
    }
}

/// What went wrong, in words if it has some; all of it is for the terminal.
fn otherwise(error: &anyhow::Error) -> Text {
    term::complain(&format!("{error:#}"));
    let why = in_words(error).unwrap_or(&texts::TERMINAL_SAYS);
    let [en, fr] = problem_types::Language::ALL.map(|language| why.get(language));
    text!("It is not as it must be: {en}", "Ce n’est pas comme prévu\u{a0}: {fr}")
}

fn step<'l>(
    run: &mut Option<Run<'l>>,
    current: &'l Current,
    progress: &Progress,
    (at, number): (usize, u64),
) -> Result<Text> {
    if run.is_none() {
        *run = Some(Run::begin(&current.lab, progress.scenario, progress.seed, number)?);
    }
    match run {
        Some(run) => run.step(progress.scenario.steps[at].does),
        None => anyhow::bail!("nothing was begun"),
    }
}

impl Stage<'_> {
    /// Whether there is still somebody to show it to.
    fn show(&self, progress: &Progress) -> bool {
        let _decided = self.app.running();
        if self.stop.is_cancelled() {
            return false;
        }
        self.app.note(|seen| {
            seen.courses.extend(progress.orders.iter().copied());
            seen.scenario = Some(progress.clone());
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{ALL, by_slug};

    fn wanted(instead: Option<&str>) -> Wanted {
        Wanted { scenario: &ALL[0], seed: None, go: Go::OneStep, instead: instead.map(str::to_owned) }
    }

    fn seen_with(slug: &str, done: usize) -> Seen {
        let mut progress = Progress::new(by_slug(slug).unwrap(), 1);
        progress.steps.iter_mut().take(done).for_each(|step| step.state = StepState::Done);
        Seen { scenario: Some(progress), ..Seen::default() }
    }

    #[test]
    fn a_scenario_that_is_half_done_is_ended_by_none_that_does_not_name_it() {
        assert_eq!(may_go(&Seen::default(), &wanted(None)), Ok(()));
        let half_done = seen_with("poison", 2);
        assert_eq!(may_go(&half_done, &wanted(None)), Err(texts::half_done(&by_slug("poison").unwrap().title)));
        assert!(may_go(&half_done, &wanted(Some("broker-away"))).is_err());
        assert_eq!(may_go(&half_done, &wanted(Some("poison"))), Ok(()));
        assert_eq!(may_go(&seen_with("poison", 6), &wanted(None)), Ok(()), "it is over");
        assert_eq!(may_go(&seen_with(ALL[0].slug, 2), &wanted(None)), Ok(()), "it is the same");
    }

    #[test]
    fn nothing_goes_between_two_steps_nor_without_a_store() {
        // No step runs at this moment, and the next one is about to.
        let mut seen = seen_with("poison", 2);
        seen.scenario.as_mut().unwrap().is_at_work = true;
        assert_eq!(may_go(&seen, &wanted(Some("poison"))), Err(texts::BUSY));
        for reset in [Reset::UnderWay, Reset::Failed] {
            let seen = Seen { reset, ..Seen::default() };
            assert_eq!(may_go(&seen, &wanted(None)), Err(texts::no_store(reset)));
        }
    }
}
