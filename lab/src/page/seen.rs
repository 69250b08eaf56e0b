//! What was seen of the laboratory last: all that the page shows, free of HTML.
//!
//! Each part is looked at by itself and stays as it was when it cannot be seen, with the note that it is old: a
//! database that is away must not hide that a process died.

use std::collections::{BTreeMap, VecDeque};

use audit::Verdict;
use chrono::{DateTime, Utc};
use problem_types::Text;
use serde::Deserialize;
use stack::store::{MemberState, Name};

use super::flow::Flow;
use crate::course::Course;
use crate::point::Point;
use crate::scenarios::Progress;

/// How many happenings are shown.
const HAPPENINGS: usize = 10;

/// Everything, as it was seen last.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The processes.
    pub members: Vec<MemberState>,
    /// The point that a service dies at, one a service.
    pub armed: Vec<Armed>,
    /// Orders and queues.
    pub books: Books,
    /// The audit.
    pub audit: Audit,
    /// Timelines of the orders that somebody looks at.
    pub timelines: BTreeMap<u64, Timeline>,
    /// What must become of the orders that were placed here.
    pub courses: BTreeMap<u64, Course>,
    /// The scenario that was begun last.
    pub scenario: Option<Progress>,
    /// The seed of the scenario that was begun last.
    pub last_seed: Option<u64>,
    /// Orders that flow by themselves.
    pub flow: Flow,
    /// Whether the store is being started anew.
    pub reset: Reset,
    /// What happened, the newest first.
    pub happenings: VecDeque<Happening>,
}

/// A point that is armed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Armed {
    pub service: Name,
    pub point: Point,
    pub passage: u64,
}

/// Orders and queues, as the databases have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    /// Whether the databases did not answer when they were asked last.
    pub is_old: bool,
    pub orders: Vec<Order>,
    pub under_way: i64,
    pub total: i64,
    pub queues: Vec<Queues>,
    pub parked: Vec<Parked>,
}

/// An order in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub id: u64,
    pub status: String,
    pub amount: String,
    pub has_ended: bool,
    /// When it moved last.
    pub moved_at: DateTime<Utc>,
}

/// The queues of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queues {
    pub service: Name,
    pub outbox: i64,
    pub inbox: i64,
    pub parked: i64,
}

/// The parked events of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parked {
    pub service: Name,
    pub key: String,
    pub events: i64,
    pub error: String,
}

/// What the audit said last.
#[derive(Clone, Debug, Default)]
pub(super) struct Audit {
    pub is_old: bool,
    pub verdict: Option<Verdict>,
}

/// An order's story, as store-manager tells it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Timeline {
    /// Where the order stands.
    pub status: String,
    pub events: Vec<Occurrence>,
    pub steps_to_come: Vec<String>,
    /// Whether it is not store-manager that told it: it did not answer when it was asked last.
    #[serde(skip)]
    pub is_old: bool,
    /// When it was placed, while no event tells of it.
    #[serde(skip)]
    pub placed_at: Option<DateTime<Utc>>,
}

/// Something that happened to an order.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Occurrence {
    pub event_type: String,
    pub service_name: String,
    pub occurred_at: DateTime<Utc>,
}

/// Beginning again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reset {
    #[default]
    No,
    UnderWay,
    Failed,
}

/// Something that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Happening {
    pub at: DateTime<Utc>,
    pub what: Text,
}

impl Seen {
    /// The seed of the scenario that is begun next, unless another one is chosen.
    pub fn seed(&self) -> u64 {
        self.last_seed.unwrap_or(1)
    }

    /// Adds what happened, before all that did before it.
    pub fn happened(&mut self, what: Text) {
        self.happenings.push_front(Happening { at: Utc::now(), what });
        self.happenings.truncate(HAPPENINGS);
    }
}
