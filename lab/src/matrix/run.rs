//! Running cases: one after the other in each of several stores. A store in which a case failed is kept as it is, to be
//! looked at, and the next case gets another.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono::Utc;
use stack::interrupt::{self, Interrupted};

use super::blow::{Blow, Untimed};
use super::case::{Case, Planned};
use super::load;
use super::outcome::{Another, Line, Outcome, Step};
use super::stores::{Own, Stores};
use super::strike;
use crate::journey::Journey;
use crate::laboratory::Laboratory;

/// How many others order at the same time, where a case is under load.
const OTHERS: usize = 6;

/// Runs all cases in `jobs` stores, the first of which may be there already; `seen` hears of each as it ends, with the
/// folder of a store that was kept. Answers what became of those that ended, and why not all did, if so: a store does
/// not start, or somebody interrupts.
pub fn all(
    stores: &Stores,
    mut first: Option<Own>,
    cases: Vec<Planned>,
    jobs: u8,
    seen: impl Fn(&Outcome, Option<&Path>) + Sync,
) -> (Vec<Outcome>, Result<()>) {
    let (waiting, outcomes) = (Mutex::new(VecDeque::from(cases)), Mutex::new(Vec::new()));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let note = |outcome: Outcome, kept: Option<&Path>| {
        seen(&outcome, kept);
        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
    };
    let ended = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs)
            .map(|_| (scope, first.take()))
            .map(|(scope, own)| scope.spawn(|| work(stores, own, &next, &note)))
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("thread"))?)
    });
    (outcomes.into_inner().unwrap_or_else(PoisonError::into_inner), ended)
}

fn work(
    stores: &Stores,
    mut own: Option<Own>,
    next: &(impl Fn() -> Option<Planned> + Sync),
    note: &(impl Fn(Outcome, Option<&Path>) + Sync),
) -> Result<()> {
    while let Some(planned) = next() {
        interrupt::check()?;
        let mut store = match own.take() {
            Some(own) => own,
            None => stores.start()?,
        };
        let outcome = one(&store.lab, &planned)?;
        if outcome.ok {
            note(outcome, None);
            own = Some(store);
        } else {
            store.folder.keep();
            note(outcome, Some(store.folder.path()));
        }
    }
    Ok(())
}

/// Runs one case to its outcome.
///
/// # Errors
/// Somebody interrupts.
fn one(lab: &Laboratory, Planned { round, case }: &Planned) -> Result<Outcome> {
    let began = Instant::now();
    let mut outcome = Outcome::new(case.to_string(), *round);
    let held = attempt(lab, case, &mut outcome);
    outcome.took = began.elapsed();
    match held {
        Ok(()) => outcome.ok = true,
        Err(error) if error.is::<Interrupted>() => return Err(error),
        Err(error) => outcome.error = Some(format!("{error:#}")),
    }
    Ok(outcome)
}

/// Drives the case, and gathers the evidence also of one that fails.
fn attempt(lab: &Laboratory, case: &Case, outcome: &mut Outcome) -> Result<()> {
    let tag = format!("{}-{:x}", case.course, rand::random::<u64>());
    let mut journey = Journey::prepare(lab, case.course, &tag)?;
    let others = if case.under_load { OTHERS } else { 0 };
    let ((blows, arrived), failed) = load::around(lab, &tag, others, || {
        let (blows, driven) = strike::drive(lab, &mut journey, &case.strike);
        (blows, driven.and_then(|()| journey.arrive()))
    });
    // A case that was broken off says nothing, whoever was the first to notice.
    interrupt::check()?;
    outcome.blows = blows;
    outcome.order_id = journey.order_id();
    let mut ended = arrived;
    for load::Failed { course, order_id, error } in failed {
        outcome.others.push(Another { course, error: format!("{error:#}"), order_id, timeline: Vec::new() });
        ended = ended.and(Err(error).context("an order of the load"));
    }
    // What has failed already is not waited for once more.
    let patience = if ended.is_ok() { lab.patience() } else { Duration::ZERO };
    let looked = look(lab, patience, outcome);
    // What was struck may still be on its way back: that is no part of the next case's recovery.
    ended.and(looked).and_then(|()| lab.until_whole())
}

/// The audit, the timelines, and how long recoveries took: each also where another cannot be had.
fn look(lab: &Laboratory, patience: Duration, outcome: &mut Outcome) -> Result<()> {
    let verdict = lab.databases().audit(patience);
    outcome.audit = verdict.iter().flat_map(|verdict| &verdict.checks).map(Line::from).collect();
    let told = timelines(lab, outcome);
    let timed = recoveries(lab, &mut outcome.blows);
    let verdict = verdict?;
    if !verdict.is_clean() {
        let broken = verdict.checks.iter().filter(|check| !check.ok);
        let lines: Vec<String> = broken.map(|check| format!("FAIL {}: {}", check.name, check.detail)).collect();
        bail!("{}", lines.join("\n"));
    }
    told.and(timed)
}

/// What happened to the order, and to each of the others' that went wrong.
fn timelines(lab: &Laboratory, outcome: &mut Outcome) -> Result<()> {
    let told = |id: Option<u64>| -> Result<Vec<Step>> {
        let timeline = id.map(|id| lab.shop().timeline(id)).transpose()?;
        Ok(timeline.into_iter().flat_map(|timeline| timeline.events).map(Step::from).collect())
    };
    outcome.timeline = told(outcome.order_id)?;
    for other in &mut outcome.others {
        other.timeline = told(other.order_id)?;
    }
    Ok(())
}

/// From each death of a service that was started again at once to the first event that it handled before its next one.
fn recoveries(lab: &Laboratory, blows: &mut [Blow]) -> Result<()> {
    for nth in 0..blows.len() {
        let (blow, later) = (&blows[nth], &blows[nth + 1..]);
        if blow.untimed != Some(Untimed::NotAsked) {
            continue;
        }
        let next = later.iter().find(|later| later.died && later.process == blow.process).map(|later| later.at);
        let again = lab.databases().handled_within(blow.process, blow.at..next.unwrap_or_else(Utc::now))?;
        blows[nth].handled_again(again, next.is_some());
    }
    Ok(())
}
