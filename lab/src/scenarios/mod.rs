//! The scenarios of the page: what an instructor shows a class, as data, and their run.
//!
//! A scenario is texts and a list of steps; a step is what is said and one [`Action`]. What an action does to the
//! store stands in `act/`, and what a run remembers from one step to the next in `run.rs`. The page shows them.

mod act;
mod all;
mod run;

use problem_types::Text;
use stack::store::Name;

pub(crate) use act::replay;
pub(crate) use all::ALL;
pub(crate) use run::{Progress, Run, StepState};

/// A scenario.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// Its name in addresses.
    pub slug: &'static str,
    pub title: Text,
    /// What will happen.
    pub what: Text,
    /// Why nothing is lost.
    pub why: Text,
    /// What to look at, one thing each.
    pub look: &'static [Text],
    pub steps: &'static [Step],
}

/// A step of a scenario.
#[derive(Debug)]
pub(crate) struct Step {
    /// What is done, said before it is done.
    pub says: Text,
    pub does: Action,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Has a service die at its next passage of a point, and stay dead.
    Arm { service: Name, place: &'static str, event_type: &'static str },
    /// Places so many orders that succeed.
    Place { orders: u32 },
    /// Waits until the armed service is dead, and looks at what it left behind.
    SeeDeath { service: Name, leaves: Leaves },
    /// Takes a process away.
    TakeDown(Name),
    /// Waits until the orders of the scenario stand where they can go no further.
    SeeStuck { status: &'static str },
    /// Starts what is down, and waits until it answers.
    Start(Name),
    /// Waits until the orders of the scenario have ended as they must.
    SeeEnd,
    /// Makes one payment impossible: a fault that lasts, and hits a single order.
    Poison,
    /// Waits until the poisoned order is set aside, and the others have ended.
    SeeSetAside,
    /// Takes the fault away and has the parked events handled again.
    MendAndReplay,
    /// Asks the audit.
    Judge,
}

/// What a dead service must have left in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// Nothing: its transaction is undone.
    Nothing,
    /// A payment, and the note of the event in the inbox.
    PaymentAndNote,
    /// An event that is sent, and in the outbox all the same.
    SentEvent,
}

/// The scenario of that name.
pub(crate) fn by_slug(slug: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::PLACES;
    use problem_types::Language;
    use shared_events::SAGA;

    #[test]
    fn every_scenario_ends_with_its_verdict_and_names_points_that_there_are() {
        for scenario in &ALL {
            assert!(matches!(scenario.steps.last(), Some(Step { does: Action::Judge, .. })), "{}", scenario.slug);
            for step in scenario.steps {
                if let Action::Arm { place, event_type, .. } = step.does {
                    assert!(PLACES.contains(&place) && SAGA.spec(event_type).is_some(), "{place}:{event_type}");
                }
            }
            assert_eq!(by_slug(scenario.slug).unwrap().slug, scenario.slug);
        }
    }

    #[test]
    fn everything_is_said_in_both_languages_and_french_has_its_spaces() {
        for scenario in &ALL {
            let texts = [&scenario.title, &scenario.what, &scenario.why].into_iter().chain(scenario.look);
            for text in texts.chain(scenario.steps.iter().map(|step| &step.says)) {
                let (english, french) = (text.get(Language::En), text.get(Language::Fr));
                assert!(!english.is_empty() && english != french, "{english}");
                for (wrong, right) in [(" :", "\u{a0}:"), (" ;", "\u{202f};"), (" ?", "\u{202f}?"), (" !", "\u{202f}!")]
                {
                    assert!(!french.contains(wrong), "`{wrong}` for `{right}` in {french}");
                }
            }
        }
    }
}
