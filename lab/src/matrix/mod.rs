//! `cargo stack crash`: the matrix of everything that can be killed, at every named instruction of every saga.
//!
//! `points` are the places from the saga's map, `survey` finds which course passes which, `case` makes the cases
//! of them, `strike` drives one, [`run`] all.

mod case;
mod load;
mod outcome;
pub(crate) mod points;
mod run;
mod show;
mod strike;
mod survey;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use stack::cli::CrashArgs;
use stack::t;
use stack::term::Step;

pub use case::Case;
pub use outcome::{Blow, Line, Outcome, Step as TimelineStep, percentile, recoveries};
pub use strike::Strike;
pub use survey::Survey;

use crate::{laboratory, report};

/// Seconds that a step of the survey may take before cases that are to fail.
const SURVEY_PATIENCE: u64 = 120;

/// Runs the verb.
///
/// # Errors
/// A store does not start, or the survey finds a point that no course reaches.
pub fn run(args: &CrashArgs) -> Result<ExitCode> {
    let began = Instant::now();
    let seed = args.seed.unwrap_or_else(rand::random);
    let parts = laboratory::parts()?;
    // The survey wants a sound store, whatever the cases are to meet, and time for it however short theirs is.
    let patience = if args.mutation.is_some() { SURVEY_PATIENCE } else { args.patience };
    let sound = run::Stores::new(parts.clone(), None, patience);
    let (lab, folder) = sound.start()?;
    let step = Step::start(t!(
        "the survey: which course passes which crash point",
        "le relevé\u{a0}: quel parcours passe par quel point d'arrêt"
    ));
    let survey = Survey::of(&lab)?;
    let points = survey.points().len();
    step.done(&t!("{points} points", "{points} points"));
    let cases = plan(args, &survey, lab.store().has_gateway(), seed)?;
    if args.list {
        show::list(&cases);
        lab.stop()?;
        return Ok(ExitCode::SUCCESS);
    }
    let (stores, first) = match &args.mutation {
        None => (sound, Some((lab, folder))),
        Some(mutation) => {
            lab.stop()?;
            (run::Stores::new(parts, Some(mutation), args.patience), None)
        }
    };
    let progress = show::Progress::of(cases.len(), seed, args);
    let outcomes = run::all(&stores, first, (cases, args.jobs), |outcome, kept| progress.show(outcome, kept))?;
    let summary = report::Summary::of(outcomes, seed, began.elapsed());
    report::write(&summary, args)?;
    show::table(&summary);
    Ok(if summary.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The cases of all rounds, in an order that the seed decides.
fn plan(args: &CrashArgs, survey: &Survey, has_gateway: bool, seed: u64) -> Result<Vec<(u32, Case)>> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut all = Vec::new();
    for round in 1..=args.rounds {
        let mut cases =
            if args.short { case::short(survey, &mut chance) } else { case::full(survey, has_gateway, &mut chance) };
        // After the draw: one case alone meets the same chance as among all.
        cases.retain(|case| args.only.is_empty() || args.only.iter().any(|only| case.to_string().contains(only)));
        cases.shuffle(&mut chance);
        all.extend(cases.into_iter().map(|case| (round, case)));
    }
    if all.is_empty() {
        bail!(
            "{}",
            t!("no case is named so; --list names them", "aucun cas ne porte ce nom\u{202f}; --list les nomme")
        );
    }
    Ok(all)
}
