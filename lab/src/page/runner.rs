//! Runs scenarios, one at a time: a thread that does a step whenever the page asks for one.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use anyhow::Result;
use problem_types::{Text, text};

use super::app::{App, Current, Go, Running};
use crate::scenarios::{Progress, Run, Scenario, StepState};

/// Goes on with the scenario that was begun, or begins this one; not while a step is at work.
pub(super) fn go(app: &Arc<App>, scenario: &'static Scenario, seed: u64, go: Go) -> bool {
    let mut running = app.running();
    if is_busy(app) {
        return false;
    }
    match &*running {
        // Its thread has ended when there is no step left.
        Some(now) if now.scenario.slug == scenario.slug && now.go.send(go).is_ok() => {}
        _ => {
            let (sender, steps) = mpsc::channel();
            let _ = sender.send(go);
            *running = Some(Running { scenario, go: sender });
            let progress = Progress::new(scenario, seed);
            app.note(|seen| (seen.scenario, seen.flowing) = (Some(progress.clone()), false));
            let app = Arc::clone(app);
            std::thread::spawn(move || {
                if let Some(current) = app.current() {
                    run(&app, &current, progress, &steps);
                }
            });
        }
    }
    true
}

/// Forgets the run; not while a step is at work.
pub(super) fn forget(app: &App) -> bool {
    let mut running = app.running();
    if is_busy(app) {
        return false;
    }
    *running = None;
    app.note(|seen| seen.scenario = None);
    true
}

fn is_busy(app: &App) -> bool {
    app.seen().scenario.is_some_and(|progress| progress.is_running())
}

fn run(app: &App, current: &Current, mut progress: Progress, steps: &Receiver<Go>) {
    let number = app.number();
    let (mut run, mut to_the_end) = (None, false);
    while let Some(at) = progress.next() {
        if !to_the_end {
            // Nobody asks for more when the run is forgotten.
            let Ok(go) = steps.recv() else { return };
            to_the_end = go == Go::ToTheEnd;
        }
        progress.steps[at].state = StepState::Running;
        show(app, &progress);
        let happened = step(&mut run, current, &progress, (at, number));
        if let Some(run) = &run {
            progress.orders = run.orders();
        }
        let step = &mut progress.steps[at];
        match happened {
            Ok(happened) => (step.state, step.happened) = (StepState::Done, Some(happened)),
            Err(error) => {
                step.state = StepState::Failed;
                step.happened =
                    Some(text!("It is not as it must be: {error:#}", "Ce n’est pas comme prévu\u{a0}: {error:#}"));
            }
        }
        show(app, &progress);
    }
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

fn show(app: &App, progress: &Progress) {
    app.note(|seen| {
        seen.courses.extend(progress.orders.iter().copied());
        seen.scenario = Some(progress.clone());
    });
}
