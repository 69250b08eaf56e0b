//! Runs the checker, and says what it found.

use std::time::{Duration, Instant};

use stateright::{Checker, Expectation, Model};

use crate::action::Action;
use crate::saga::Saga;
use crate::state::State;

/// Where a check stops if it has not seen everything before.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Threads.
    pub threads: usize,
    /// Steps; no limit where it is zero. Each state seen takes memory.
    pub steps: usize,
}

impl Limits {
    /// One thread, and as long as it takes.
    pub const NONE: Self = Self { threads: 1, steps: 0 };
}

/// What a check found.
#[derive(Debug)]
pub struct Outcome {
    /// Different states.
    pub states: usize,
    /// Steps taken between them.
    pub steps: usize,
    /// The longest shortest path.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// Whether everything within the bounds was seen.
    pub is_complete: bool,
    /// Each property with what became of it.
    pub properties: Vec<(&'static str, Verdict)>,
}

/// What became of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds in every state that was seen.
    Holds,
    /// It does not hold in some state.
    Fails,
    /// What it says does happen.
    Reached,
    /// What it says does not happen in any state that was seen.
    NeverReached,
}

impl Verdict {
    /// Whether it is as it should be.
    #[must_use]
    pub fn is_good(self) -> bool {
        matches!(self, Self::Holds | Self::Reached)
    }
}

impl Outcome {
    /// The properties that are not as they should be.
    #[must_use]
    pub fn broken(&self) -> Vec<&'static str> {
        self.properties.iter().filter(|(_, verdict)| !verdict.is_good()).map(|(name, _)| *name).collect()
    }
}

/// Looks at every state within the bounds, nearest first.
#[must_use]
pub fn check(saga: &Saga, limits: Limits) -> Outcome {
    let began = Instant::now();
    let mut builder = saga.clone().checker().threads(limits.threads);
    if limits.steps > 0 {
        builder = builder.target_state_count(limits.steps);
    }
    let checker = builder.spawn_bfs().join();
    let took = began.elapsed();
    let found = checker.discoveries();
    let properties = saga.properties().into_iter().map(|property| {
        let verdict = match (property.expectation, found.contains_key(property.name)) {
            (Expectation::Sometimes, true) => Verdict::Reached,
            (Expectation::Sometimes, false) => Verdict::NeverReached,
            (Expectation::Always | Expectation::Eventually, true) => Verdict::Fails,
            (Expectation::Always | Expectation::Eventually, false) => Verdict::Holds,
        };
        (property.name, verdict)
    });
    Outcome {
        properties: properties.collect(),
        states: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        took,
        is_complete: limits.steps == 0 || checker.state_count() < limits.steps,
    }
}

/// The shortest way to a state in which a property does not hold; none where it holds.
///
/// The checker goes on after it found one, and keeps the last; with this property alone and one thread it stops at
/// the first, which no other is shorter than.
#[must_use]
pub fn shortest(saga: &Saga, property: &'static str) -> Option<Vec<(State, Option<Action>)>> {
    let saga = Saga { only: Some(property), ..saga.clone() };
    let checker = saga.checker().threads(1).spawn_bfs().join();
    checker.discovery(property).map(stateright::Path::into_vec)
}
