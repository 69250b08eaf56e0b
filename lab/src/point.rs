//! A crash point as the laboratory knows it: its name. The services know where it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place with an event type; on the wire `PLACE:EVENT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Point {
    /// Where, such as `relay.after-ack`.
    pub place: String,
    /// Of which events.
    pub event_type: String,
}

/// All places, as saga-kit names them, in the order in which an event passes them.
pub const PLACES: [&str; 7] = [
    "request.before-commit",
    "request.after-commit",
    "relay.before-publish",
    "relay.after-ack",
    "handler.before-commit",
    "handler.after-commit",
    "projection.after-write",
];

impl Point {
    /// The point at `place` for events of that type.
    #[must_use]
    pub fn new(place: &str, event_type: &str) -> Self {
        Self { place: place.to_owned(), event_type: event_type.to_owned() }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.place, self.event_type)
    }
}

impl From<Point> for String {
    fn from(point: Point) -> String {
        point.to_string()
    }
}

impl TryFrom<String> for Point {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once(':') {
            Some((place, event_type)) => Ok(Self::new(place, event_type)),
            None => Err(format!("`{text}` is not of the form PLACE:EVENT")),
        }
    }
}

/// How often a process has passed a point.
#[derive(Clone, Debug, Deserialize)]
pub struct Passed {
    /// Which.
    pub point: Point,
    /// How often.
    pub passages: u64,
}
