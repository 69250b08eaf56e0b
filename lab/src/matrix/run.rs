//! Running cases: one after the other in each of several stores. A store in which a case failed is kept as it is, to be
//! looked at, and the next case gets another.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use chrono::Utc;
use stack::interrupt::{self, Interrupted};
use stack::store::{Name, Parts};
use stack::temp::TempFolder;

use super::case::Case;
use super::load;
use super::outcome::{Blow, Line, Outcome};
use super::strike;
use crate::journey::Journey;
use crate::laboratory::Laboratory;

/// How many others order at the same time, where a case is under load.
const OTHERS: usize = 6;

/// A case that waits, with the number of its round.
pub type Waiting = (u32, Case);

/// Runs all cases in `jobs` stores, the first of which may be there already; `seen` hears of each as it ends, with the
/// folder of a store that was kept.
///
/// # Errors
/// A store does not start, or somebody interrupts.
pub fn all(
    stores: &Stores,
    mut first: Option<(Laboratory, TempFolder)>,
    (cases, jobs): (Vec<Waiting>, u8),
    seen: impl Fn(&Outcome, Option<&std::path::Path>) + Sync,
) -> Result<Vec<Outcome>> {
    let (waiting, outcomes) = (Mutex::new(VecDeque::from(cases)), Mutex::new(Vec::new()));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let note = |outcome: Outcome, kept: Option<&std::path::Path>| {
        seen(&outcome, kept);
        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs)
            .map(|_| (scope, first.take()))
            .map(|(scope, own)| scope.spawn(|| work(stores, own, &next, &note)))
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("thread"))?)
    })?;
    Ok(outcomes.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What every store of a run is like.
#[derive(Debug)]
pub struct Stores {
    parts: Parts,
    settings: Vec<(&'static str, String)>,
    patience: Duration,
}

impl Stores {
    /// With a deliberate fault, if one is wanted, and so many seconds of patience.
    #[must_use]
    pub fn new(parts: Parts, mutation: Option<&str>, patience: u64) -> Self {
        let settings = mutation.map(|name| ("MUTATION", name.to_owned())).into_iter().collect();
        Self { parts, settings, patience: Duration::from_secs(patience) }
    }

    /// One more.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(&self) -> Result<(Laboratory, TempFolder)> {
        let folder = TempFolder::new("crash")?;
        let lab = Laboratory::start(self.parts.clone(), folder.path(), (&self.settings, self.patience))?;
        Ok((lab, folder))
    }
}

fn work(
    stores: &Stores,
    mut own: Option<(Laboratory, TempFolder)>,
    next: &(impl Fn() -> Option<Waiting> + Sync),
    note: &(impl Fn(Outcome, Option<&std::path::Path>) + Sync),
) -> Result<()> {
    while let Some((round, case)) = next() {
        interrupt::check()?;
        let (lab, mut folder) = match own.take() {
            Some(own) => own,
            None => stores.start()?,
        };
        let outcome = one(&lab, round, &case)?;
        if outcome.ok {
            note(outcome, None);
            own = Some((lab, folder));
        } else {
            folder.keep();
            note(outcome, Some(folder.path()));
        }
    }
    Ok(())
}

/// Runs one case to its outcome.
///
/// # Errors
/// Somebody interrupts.
pub fn one(lab: &Laboratory, round: u32, case: &Case) -> Result<Outcome> {
    let began = Instant::now();
    let mut outcome = Outcome {
        name: case.to_string(),
        round,
        ok: false,
        error: None,
        blows: Vec::new(),
        order_id: None,
        timeline: Vec::new(),
        audit: Vec::new(),
        took: began.elapsed(),
    };
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
    let ((blows, arrived), load) = load::around(lab, &tag, others, || {
        let (blows, driven) = strike::drive(lab, &mut journey, &case.strike);
        (blows, driven.and_then(|()| journey.arrive()))
    });
    outcome.blows = blows;
    outcome.order_id = journey.order_id();
    let ended = arrived.and(load);
    // What has failed already is not waited for once more.
    let patience = if ended.is_ok() { lab.patience() } else { Duration::ZERO };
    let looked = look(lab, patience, outcome);
    ended.and(looked)
}

/// The audit, the order's timeline, and how long recoveries took.
fn look(lab: &Laboratory, patience: Duration, outcome: &mut Outcome) -> Result<()> {
    let verdict = lab.databases().audit(patience)?;
    outcome.audit = verdict.checks.iter().map(Line::from).collect();
    if let Some(id) = outcome.order_id {
        outcome.timeline = lab.shop().timeline(id)?.events.into_iter().map(Into::into).collect();
    }
    recoveries(lab, &mut outcome.blows)?;
    if !verdict.is_clean() {
        bail!("{verdict}");
    }
    Ok(())
}

/// From each death of a service to the first event that it handled; one that died again before that has none.
fn recoveries(lab: &Laboratory, blows: &mut [Blow]) -> Result<()> {
    for nth in 0..blows.len() {
        let (blow, later) = (&blows[nth], &blows[nth + 1..]);
        let service = Name::SERVICES.into_iter().find(|name| blow.deadly && name.as_str() == blow.process);
        if let Some(service) = service {
            let died = blow.at;
            let until =
                later.iter().find(|later| later.process == blow.process).map_or_else(Utc::now, |later| later.at);
            let again = lab.databases().handled_between(service, (died, until))?;
            blows[nth].handled_again_ms = again.map(|at| (at - died).num_milliseconds());
        }
    }
    Ok(())
}
