//! What is armed, and the death. One point at a time is armed in a process, by the environment or while it runs.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};
use shared_events::SAGA;

use super::Place;

/// Arms a point for the first time that this process passes it so often: `PLACE:EVENT` or `PLACE:EVENT:PASSAGE`.
///
/// A process that is started again with the same environment dies again.
const VARIABLE: &str = "CRASH_POINT";

impl Place {
    /// Its name, as the laboratory, the environment and the admin port have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestBeforeCommit => "request.before-commit",
            Self::RequestAfterCommit => "request.after-commit",
            Self::RelayBeforePublish => "relay.before-publish",
            Self::RelayAfterAck => "relay.after-ack",
            Self::HandlerBeforeCommit => "handler.before-commit",
            Self::HandlerAfterCommit => "handler.after-commit",
            Self::ProjectionAfterWrite => "projection.after-write",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A place with an event type; as text `PLACE:EVENT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Point {
    /// Where.
    pub place: Place,
    /// Of which events.
    pub event_type: String,
}

/// What is no point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParsePointError {
    /// It is not of the form.
    #[error("`{0}` is not of the form PLACE:EVENT")]
    Form(String),
    /// There is no such place.
    #[error("there is no place `{0}`")]
    Place(String),
    /// The saga knows no such event.
    #[error("the saga knows no event `{0}`")]
    Event(String),
    /// Passages are counted from one.
    #[error("`{0}` is no passage: count from 1")]
    Passage(String),
}

impl FromStr for Point {
    type Err = ParsePointError;

    fn from_str(text: &str) -> Result<Self, ParsePointError> {
        let (place, event) = text.split_once(':').ok_or_else(|| ParsePointError::Form(text.to_owned()))?;
        let known = Place::ALL.into_iter().find(|known| known.name() == place);
        let place = known.ok_or_else(|| ParsePointError::Place(place.to_owned()))?;
        let spec = SAGA.spec(event).ok_or_else(|| ParsePointError::Event(event.to_owned()))?;
        Ok(Self { place, event_type: spec.event_type.to_owned() })
    }
}

impl TryFrom<String> for Point {
    type Error = ParsePointError;
    fn try_from(text: String) -> Result<Self, ParsePointError> {
        text.parse()
    }
}

impl From<Point> for String {
    fn from(point: Point) -> String {
        point.to_string()
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.place, self.event_type)
    }
}

/// A point at which the process will die.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Armed {
    /// Where.
    pub point: Point,
    /// At which passage from now; 1 is the next.
    pub passage: NonZeroU64,
}

impl FromStr for Armed {
    type Err = ParsePointError;

    fn from_str(text: &str) -> Result<Self, ParsePointError> {
        let is_count = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (point, passage) = match text.rsplit_once(':').filter(|(_, last)| is_count(last)) {
            Some((point, count)) => (point, count.parse().map_err(|_| ParsePointError::Passage(count.to_owned()))?),
            None => (text, NonZeroU64::MIN),
        };
        Ok(Self { point: point.parse()?, passage })
    }
}

/// How often this process has passed a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Which.
    pub point: Point,
    /// How often.
    pub passages: u64,
}

#[derive(Debug, Default)]
struct State {
    passages: BTreeMap<(Place, String), u64>,
    armed: Option<Armed>,
}

static STATE: LazyLock<Mutex<State>> = LazyLock::new(|| Mutex::new(State { armed: from_env(), ..State::default() }));

fn from_env() -> Option<Armed> {
    let text = std::env::var(VARIABLE).ok()?;
    match text.parse() {
        Ok(armed) => Some(armed),
        Err(error) => {
            tracing::error!(%error, "{VARIABLE} arms nothing");
            None
        }
    }
}

fn state() -> MutexGuard<'static, State> {
    // A panic elsewhere leaves counts as they are.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Arms a point in place of the one that was armed.
pub fn arm(what: Armed) {
    tracing::warn!(point = %what.point, passage = what.passage, "armed: this process will die there");
    state().armed = Some(what);
}

/// Arms nothing any more.
pub fn disarm() {
    state().armed = None;
}

/// What is armed.
#[must_use]
pub fn armed() -> Option<Armed> {
    state().armed.clone()
}

/// The points that were passed, with how often.
#[must_use]
pub fn passed() -> Vec<Passed> {
    // Of what is no event of the saga (a copy for the dead letter topic is of any type) there is no point.
    let point = |(place, event): &(Place, String)| {
        SAGA.spec(event).map(|spec| Point { place: *place, event_type: spec.event_type.to_owned() })
    };
    let state = state();
    state
        .passages
        .iter()
        .filter_map(|(key, passages)| Some(Passed { point: point(key)?, passages: *passages }))
        .collect()
}

pub(super) fn pass(place: Place, event_type: &str) {
    let mut state = state();
    *state.passages.entry((place, event_type.to_owned())).or_default() += 1;
    let Some(armed) = &mut state.armed else { return };
    if armed.point.place == place && armed.point.event_type == event_type {
        match NonZeroU64::new(armed.passage.get() - 1) {
            Some(left) => armed.passage = left,
            None => die(),
        }
    }
}

/// Ends the process as SIGKILL does, because it is: no destructor runs, nothing is flushed, no thread goes on.
fn die() -> ! {
    loop {
        // It cannot be refused, and it is not survived.
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_as_it_is_written() {
        for place in Place::ALL {
            for spec in SAGA.events {
                let point = Point { place, event_type: spec.event_type.to_owned() };
                assert_eq!(point.to_string().parse(), Ok(point));
            }
        }
    }

    #[test]
    fn what_is_no_point_is_refused_by_name() {
        let error = |text: &str| text.parse::<Armed>().expect_err(text);
        assert_eq!(error("relay"), ParsePointError::Form("relay".to_owned()));
        assert_eq!(error("relay.never:OrderPaid"), ParsePointError::Place("relay.never".to_owned()));
        assert_eq!(error("relay.after-ack:OrderLost:2"), ParsePointError::Event("OrderLost".to_owned()));
        assert_eq!(error("relay.after-ack:OrderPaid:0"), ParsePointError::Passage("0".to_owned()));
    }

    #[test]
    fn the_next_passage_is_meant_unless_another_is_named() {
        let point = Point { place: Place::RelayAfterAck, event_type: "OrderPaid".to_owned() };
        let armed = |passage| Ok(Armed { point: point.clone(), passage: NonZeroU64::new(passage).expect("a count") });
        assert_eq!("relay.after-ack:OrderPaid".parse(), armed(1));
        assert_eq!("relay.after-ack:OrderPaid:7".parse(), armed(7));
    }
}
