//! What became of a case: what was killed when, what happened to its order, and whether everything held.

use std::fmt::Display;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use stack::http::Event;

use super::blow::Blow;
use crate::course::Course;

/// A step of an order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The event.
    pub event_type: String,
    /// Who said so.
    pub service: String,
    /// When, by that service's clock.
    pub at: DateTime<Utc>,
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// What must hold.
    pub name: String,
    /// Whether it does.
    pub ok: bool,
    /// What was looked at, or what breaks it.
    pub detail: String,
}

/// An order of somebody else, under whose load the case was run, that did not end as it should.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Another {
    /// What it should have become.
    #[serde(serialize_with = "by_name")]
    pub course: Course,
    /// What is otherwise.
    pub error: String,
    /// Its number, if it came so far.
    pub order_id: Option<u64>,
    /// What happened to it.
    pub timeline: Vec<Step>,
}

/// What became of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The case's name.
    pub name: String,
    /// Which of the rounds, from 1.
    pub round: u32,
    /// Whether everything held.
    pub ok: bool,
    /// Why not.
    pub error: Option<String>,
    /// The command that runs it again, if it failed.
    pub again: Option<String>,
    /// What struck.
    pub blows: Vec<Blow>,
    /// The order's number.
    pub order_id: Option<u64>,
    /// What happened to it.
    pub timeline: Vec<Step>,
    /// Orders of others that went wrong.
    pub others: Vec<Another>,
    /// The audit of the whole store after it.
    pub audit: Vec<Line>,
    /// How long it took.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
}

impl Outcome {
    /// Of a case of which nothing is known yet.
    #[must_use]
    pub fn new(name: String, round: u32) -> Self {
        Self {
            name,
            round,
            ok: false,
            error: None,
            again: None,
            blows: Vec::new(),
            order_id: None,
            timeline: Vec::new(),
            others: Vec::new(),
            audit: Vec::new(),
            took: Duration::ZERO,
        }
    }
}

impl From<Event> for Step {
    fn from(event: Event) -> Self {
        Self { event_type: event.event_type, service: event.service_name, at: event.occurred_at }
    }
}

impl From<&audit::Outcome> for Line {
    fn from(outcome: &audit::Outcome) -> Self {
        Self { name: outcome.name.to_owned(), ok: outcome.ok, detail: outcome.detail.clone() }
    }
}

/// A span of time as a number of seconds.
pub fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// A process or a course by its name.
pub(super) fn by_name<S: Serializer>(named: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(named)
}
