//! `cargo stack crash`: the matrix of everything that can be killed, at every named instruction of every saga.
//!
//! `points` are the places from the saga's map, `survey` finds which course passes which, `case` makes the cases
//! of them, `strike` drives one, [`run`] all.

mod blow;
mod case;
mod chance;
mod load;
mod only;
mod outcome;
pub(crate) mod points;
mod run;
mod setup;
mod show;
mod stores;
mod strike;
mod survey;
mod tally;
pub mod words;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use rand::seq::SliceRandom as _;
use stack::cli::CrashArgs;
use stack::t;
use stack::term::Step;

pub use blow::{Blow, Untimed, What};
pub use case::Case;
pub use outcome::{Another, Line, Outcome, Step as TimelineStep, seconds};
pub use setup::Setup;
#[cfg(test)]
pub(crate) use setup::args_of;
pub use strike::Strike;
pub use survey::Survey;
pub use tally::{Tally, recoveries};

use crate::{laboratory, report};
use case::Planned;
use chance::Chance;
use stores::Stores;

/// Seconds that a step of the survey may take before cases that are to fail.
const SURVEY_PATIENCE: u64 = 120;

/// Runs the verb.
///
/// # Errors
/// A store does not start, or the survey finds a point that no course reaches.
pub fn run(args: &CrashArgs) -> Result<ExitCode> {
    let began = Instant::now();
    only::check(&args.only, args.short)?;
    report::check(args)?;
    let setup = Setup::of(args, args.seed.unwrap_or_else(rand::random));
    let parts = laboratory::parts()?;
    // The survey wants a sound store, whatever the cases are to meet, and time for it however short theirs is.
    let patience = if args.mutation.is_some() { SURVEY_PATIENCE } else { args.patience };
    let sound = Stores::new(parts.clone(), None, patience);
    let own = sound.start()?;
    let step = Step::start(t!(
        "the survey: which course passes which crash point",
        "le relevé\u{a0}: quel parcours passe par quel point de panne"
    ));
    let survey = Survey::of(&own.lab)?;
    let points = survey.points().len();
    step.done(&t!("{points} points", "{points} points"));
    let cases = plan(args, &survey, own.lab.store().has_gateway(), setup.seed)?;
    if args.list {
        show::list(&cases);
        own.lab.stop()?;
        return Ok(ExitCode::SUCCESS);
    }
    let (stores, first) = match &args.mutation {
        None => (sound, Some(own)),
        Some(mutation) => {
            own.lab.stop()?;
            (Stores::new(parts, Some(mutation), args.patience), None)
        }
    };
    let planned = cases.len();
    let progress = show::Progress::of(planned, &setup);
    let (outcomes, ended) = run::all(&stores, first, cases, args.jobs, |outcome, kept| progress.show(outcome, kept));
    // Of a run that was broken off, too, what has run so far is known.
    let ended = match ended {
        Err(error) if outcomes.is_empty() => return Err(error),
        ended => ended,
    };
    let summary = report::Summary::of(outcomes, setup, planned, began.elapsed());
    show::table(&summary);
    let written = report::write(&summary, args);
    ended.and(written)?;
    Ok(if summary.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The cases of all rounds, in an order that the seed decides. What is not wanted is left out at the end: a case alone
/// meets the same chance, and keeps its place, as among all.
fn plan(args: &CrashArgs, survey: &Survey, has_gateway: bool, seed: u64) -> Result<Vec<Planned>> {
    let mut all = Vec::new();
    for round in 1..=args.rounds {
        let chance = Chance { seed, round };
        let mut cases =
            if args.short { case::short(survey, &chance) } else { case::full(survey, has_gateway, &chance) };
        cases.shuffle(&mut chance.of("the order of the cases"));
        all.extend(cases.into_iter().map(|case| Planned { round, case }));
    }
    only::choose(&mut all, &args.only)?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(options: &[&str], has_gateway: bool) -> Vec<Planned> {
        plan(&args_of(options), &Survey::of_the_map(9), has_gateway, 7).unwrap()
    }

    #[test]
    fn a_case_meets_the_same_chance_alone_as_among_all() {
        for options in [&["--rounds", "2"][..], &["--rounds", "2", "--short"]] {
            let all = planned(options, true);
            let second: Vec<&Planned> = all.iter().filter(|planned| planned.round == 2).collect();
            for case in second.iter().step_by(second.len() / 20) {
                let name = case.case.to_string();
                let alone = planned(&[options, &["--only", &name]].concat(), true);
                assert!(alone.contains(case), "{case:?} is not of {alone:?}");
                assert!(alone.iter().all(|planned| planned.case.to_string() == name), "{alone:?}");
            }
        }
    }

    #[test]
    fn a_gateway_changes_no_other_case() {
        let (with, without) = (planned(&[], true), planned(&[], false));
        assert!(without.len() < with.len() && without.iter().all(|planned| with.contains(planned)));
    }

    #[test]
    fn each_round_is_another() {
        let rounds = planned(&["--rounds", "2"], true);
        let (first, second): (Vec<_>, Vec<_>) = rounds.iter().partition(|planned| planned.round == 1);
        let cases = |of: &[&Planned]| of.iter().map(|planned| planned.case.clone()).collect::<Vec<_>>();
        assert_ne!(cases(&first), cases(&second));
        assert_eq!(first.len(), second.len());
    }
}
