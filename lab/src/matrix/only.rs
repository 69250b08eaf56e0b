//! `--only`: which cases a text means, and whether it can mean any at all.

use std::time::Duration;

use anyhow::{Result, ensure};
use stack::store::Name;
use stack::t;

use super::case::{self, Case, Planned};
use super::chance::Chance;
use super::points::{self, Place};
use super::strike::{AN_HOUR_S, Strike};
use super::survey::Survey;
use crate::course::Course;

/// Refuses a text that no case can be named by, before anything is started.
///
/// # Errors
/// There is such a text.
pub fn check(only: &[String], short: bool) -> Result<()> {
    if only.is_empty() {
        return Ok(());
    }
    let names = possible(short);
    only.iter().try_for_each(|text| named_by(text, &names))
}

/// Leaves the cases that are meant: the one of that very name, else all whose names contain the text.
///
/// # Errors
/// A text means none.
pub fn choose(cases: &mut Vec<Planned>, only: &[String]) -> Result<()> {
    let names: Vec<String> = cases.iter().map(|planned| planned.case.to_string()).collect();
    only.iter().try_for_each(|text| named_by(text, &names))?;
    let means = |text: &str, name: &str| {
        if names.iter().any(|other| other == text) { name == text } else { name.contains(text) }
    };
    cases.retain(|planned| only.is_empty() || only.iter().any(|text| means(text, &planned.case.to_string())));
    Ok(())
}

fn named_by(text: &str, names: &[String]) -> Result<()> {
    ensure!(
        names.iter().any(|name| name.contains(text)),
        "{}",
        t!(
            "no case is named by `{text}`; --list names them",
            "aucun cas n'est nommé par «\u{a0}{text}\u{a0}»\u{202f}; --list les nomme"
        )
    );
    Ok(())
}

/// Every name that a case can have, whichever course passes which point and whatever chance decides.
fn possible(short: bool) -> Vec<String> {
    let (map, chance) = (Survey::of_the_map(1), Chance { seed: 0, round: 1 });
    let mut cases = if short { case::at_points(&map, &chance) } else { case::full(&map, true, &chance) };
    if !short {
        let all = points::all();
        for course in Course::ALL {
            let strikes = all.iter().flat_map(|place| left_to_chance(place, all.iter()));
            cases.extend(strikes.map(|strike| Case { course, strike, under_load: false }));
        }
    }
    cases.iter().map(Case::to_string).collect()
}

/// The strikes whose points chance decides, with this one among them.
fn left_to_chance<'p>(place: &'p Place, others: impl Iterator<Item = &'p Place>) -> Vec<Strike> {
    let (service, point) = place.clone();
    let clock = |ahead_s| Strike::ClockOff { service, ahead_s, dies_at: Some(point.clone()) };
    let mut strikes = vec![clock(AN_HOUR_S), clock(-AN_HOUR_S)];
    strikes.push(Strike::InRecovery { service, point: point.clone(), after: Duration::ZERO });
    if service == Name::StoreManager {
        let others = others.filter(|(other, _)| *other != service);
        strikes.extend(others.map(|other| Strike::AtTwoPoints([place.clone(), other.clone()])));
    }
    strikes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(only: &[&str]) -> Vec<String> {
        let chance = Chance { seed: 7, round: 1 };
        let cases = case::full(&Survey::of_the_map(1), true, &chance);
        let mut cases: Vec<Planned> = cases.into_iter().map(|case| Planned { round: 1, case }).collect();
        choose(&mut cases, &only.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        cases.iter().map(|planned| planned.case.to_string()).collect()
    }

    #[test]
    fn a_whole_name_means_that_case_alone() {
        assert_eq!(cases(&["refunded/kafka/killed"]), ["refunded/kafka/killed"]);
        assert_eq!(cases(&["refunded/kafka/kill"]), ["refunded/kafka/killed", "refunded/kafka/killed/under-load"]);
        let both = cases(&["refunded/kafka/killed", "paid/redis/gone"]);
        assert_eq!(both, ["paid/redis/gone-3s", "refunded/kafka/killed"]);
    }

    #[test]
    fn a_text_that_names_no_case_is_refused_before_there_is_a_survey() {
        let check = |text: &str, short| check(&[text.to_owned()], short);
        assert!(check("relay.after-ack", true).is_ok() && check("paid/redis/killed", false).is_ok());
        assert!(check("relay.after-act", false).unwrap_err().to_string().contains("`relay.after-act`"));
        assert!(check("paid/redis/killed", true).is_err(), "--short has no faults of servers");
    }

    #[test]
    fn every_case_has_a_possible_name() {
        let names: std::collections::BTreeSet<String> = possible(false).into_iter().collect();
        for seed in 0..20 {
            for case in case::full(&Survey::of_the_map(3), true, &Chance { seed, round: 1 }) {
                assert!(names.contains(&case.to_string()), "{case}");
            }
        }
        let names = possible(true);
        let short = case::short(&Survey::of_the_map(1), &Chance { seed: 1, round: 1 });
        assert!(short.iter().all(|case| names.contains(&case.to_string())));
    }
}
