//! What became of a case: what was killed when, how long it took to work again, and whether everything held.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use stack::http::Event;

/// Something that was done to a process.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Blow {
    /// The process.
    pub process: String,
    /// What was done: `died at relay.after-ack:OrderPaid`, `killed`, `stopped for 3 s`.
    pub what: String,
    /// When it was found dead, or done.
    pub at: DateTime<Utc>,
    /// Whether it was a death from which the process was started again at once.
    #[serde(skip)]
    pub deadly: bool,
    /// Milliseconds from such a death until it handled an event again; nothing where it had none left to handle.
    pub handled_again_ms: Option<i64>,
}

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
    /// What struck.
    pub blows: Vec<Blow>,
    /// The order's number.
    pub order_id: Option<u64>,
    /// What happened to it.
    pub timeline: Vec<Step>,
    /// The audit of the whole store after it.
    pub audit: Vec<Line>,
    /// How long it took.
    #[serde(serialize_with = "seconds")]
    pub took: Duration,
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

fn seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// The recoveries of many cases, in milliseconds, the shortest first.
#[must_use]
pub fn recoveries(outcomes: &[Outcome]) -> Vec<i64> {
    let blows = outcomes.iter().flat_map(|outcome| &outcome.blows);
    let mut times: Vec<i64> = blows.filter_map(|blow| blow.handled_again_ms).collect();
    times.sort_unstable();
    times
}

/// The value that this share of a sorted list does not exceed (nearest rank).
#[must_use]
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_of_the_list() {
        let list: Vec<i64> = (1..=200).collect();
        assert_eq!(
            (percentile(&list, 50), percentile(&list, 99), percentile(&list, 100)),
            (Some(100), Some(198), Some(200))
        );
        assert_eq!((percentile(&[7], 50), percentile(&[], 99)), (Some(7), None));
    }
}
