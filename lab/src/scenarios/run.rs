//! One run of a scenario: which steps are done, what each of them said, and what they must remember for the next.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use problem_types::Text;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::{Action, Scenario, act};
use crate::break_off::BROKEN_OFF;
use crate::course::Course;
use crate::journey::Journey;
use crate::laboratory::Laboratory;

/// The courses that a seed chooses from for every order of a scenario but the first, which is paid. All of them come
/// to payment-service, and all of them end.
const DRAWN: [Course; 3] = [Course::Paid, Course::RefusedAtPayment, Course::Refunded];

/// How far a run is, for whoever shows it.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub scenario: &'static Scenario,
    pub seed: u64,
    pub steps: Vec<StepProgress>,
    pub orders: Vec<(u64, Course)>,
    /// Whether a step is being done, or the next one is about to be.
    pub is_at_work: bool,
}

/// How a step stands.
#[derive(Clone, Debug)]
pub(crate) struct StepProgress {
    pub state: StepState,
    /// What happened, in words.
    pub happened: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepState {
    ToCome,
    Running,
    Done,
    Failed,
}

impl Progress {
    pub fn new(scenario: &'static Scenario, seed: u64) -> Self {
        let steps = scenario.steps.iter().map(|_| StepProgress { state: StepState::ToCome, happened: None }).collect();
        Self { scenario, seed, steps, orders: Vec::new(), is_at_work: false }
    }

    /// The step that is to be done next; none after the last one, after one that failed, and while one is at work.
    pub fn next(&self) -> Option<usize> {
        let at = self.steps.iter().position(|step| step.state != StepState::Done)?;
        (self.steps[at].state == StepState::ToCome).then_some(at)
    }

    /// Ends the step that is at work, if one is, as one that failed.
    pub fn break_off(&mut self) {
        self.is_at_work = false;
        for step in self.steps.iter_mut().filter(|step| step.state == StepState::Running) {
            (step.state, step.happened) = (StepState::Failed, Some(BROKEN_OFF));
        }
    }
}

/// What the steps of a run share.
#[derive(Debug)]
pub(crate) struct Run<'l> {
    pub(super) lab: &'l Laboratory,
    /// One for each order of the scenario, each with a customer and a product of its own.
    pub(super) journeys: Vec<Journey<'l>>,
    /// How many of them have placed their order.
    pub(super) placed: usize,
    /// Those that have come to their end.
    arrived: Vec<usize>,
    /// When what counts began: the order was placed, or what was away was brought back.
    pub(super) since: DateTime<Utc>,
}

impl<'l> Run<'l> {
    /// Puts right what an earlier run or a hand left behind, and prepares the customers.
    ///
    /// # Errors
    /// The store does not come to rest.
    pub fn begin(lab: &'l Laboratory, scenario: &Scenario, seed: u64, number: u64) -> Result<Self> {
        act::put_right(lab)?;
        let orders: u32 =
            scenario.steps.iter().map(|step| if let Action::Place { orders } = step.does { orders } else { 0 }).sum();
        let mut random = StdRng::seed_from_u64(seed);
        let mut journeys = Vec::new();
        for order in 0..orders {
            let course = if order == 0 { Course::Paid } else { DRAWN[random.random_range(0..DRAWN.len())] };
            journeys.push(Journey::prepare(lab, course, &format!("{}-{seed}-{number}-{order}", scenario.slug))?);
        }
        // What was prepared has events of its own, which must not be counted among the scenario's.
        act::until_at_rest(lab)?;
        Ok(Self { lab, journeys, placed: 0, arrived: Vec::new(), since: Utc::now() })
    }

    /// Does a step, and says what happened.
    ///
    /// # Errors
    /// Something is not as the scenario promises.
    pub fn step(&mut self, action: Action) -> Result<Text> {
        act::act(self, action)
    }

    /// Goes on with a journey as its customer does, to the end that its course must have; once.
    pub(super) fn bring_home(&mut self, at: usize) -> Result<()> {
        if !self.arrived.contains(&at) {
            self.journeys[at].go_on()?;
            self.journeys[at].arrive()?;
            self.arrived.push(at);
        }
        Ok(())
    }

    /// The orders that are placed.
    pub fn orders(&self) -> Vec<(u64, Course)> {
        let placed = self.journeys.iter().take(self.placed);
        placed.filter_map(|journey| Some((journey.order_id()?, journey.course()))).collect()
    }

    pub(super) fn first_order(&self) -> u64 {
        self.orders().first().map(|(id, _)| *id).unwrap_or_default()
    }

    pub(super) fn elapsed(&self) -> Duration {
        (Utc::now() - self.since).to_std().unwrap_or_default()
    }
}
