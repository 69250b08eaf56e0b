//! The saga as data: who reacts to which event, with what, and where that leaves the order.
//!
//! Owns the shape of the map and how it is walked; `map.rs` holds the map itself, `state.rs` the states. The
//! handlers that the map speaks of live in the services, and `saga-kit` holds them against it at start.

mod map;
mod state;

pub use map::{PAYMENT_SERVICE, SAGA, STORE_MANAGER};
pub use state::SagaState;

use crate::events::EventBody;
use crate::topics::Topic;

/// All events with what follows from them.
#[derive(Debug)]
pub struct SagaMap {
    /// One entry for each event type.
    pub events: &'static [EventSpec],
}

/// An event's place in the saga.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSpec {
    /// Its name on the wire.
    pub event_type: &'static str,
    /// The kind of thing it happens to.
    pub aggregate: &'static str,
    /// The version written today.
    pub version: u16,
    /// The topic it travels on.
    pub topic: Topic,
    /// Where the saga stands once this has happened; `None` where it stays where it was, or there is no saga.
    pub state_after: Option<SagaState>,
    /// The service that tells it because a client or the clock made it happen; `None` where only a reaction tells it.
    pub begun_by: Option<&'static str>,
    /// Who acts on it. At most one does: what must happen together happens in one transaction.
    pub reaction: Option<Reaction>,
}

/// What one service does about one event, in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The service: [`STORE_MANAGER`] or [`PAYMENT_SERVICE`].
    pub service: &'static str,
    /// The feature of that service: its folder.
    pub feature: &'static str,
    /// What it does, as an English imperative without a full stop.
    pub does: &'static str,
    /// The events that may come of it, the one of the ordinary course first.
    pub emits: &'static [&'static str],
    /// Whether no event at all may come of it.
    pub may_be_silent: bool,
}

impl EventSpec {
    /// The entry of an event that nobody reacts to and that moves no saga.
    #[must_use]
    pub const fn of<E: EventBody>() -> EventSpec {
        EventSpec {
            event_type: E::TYPE,
            aggregate: E::AGGREGATE,
            version: E::VERSION,
            topic: E::TOPIC,
            state_after: None,
            begun_by: None,
            reaction: None,
        }
    }

    /// The same, bringing the saga to `state`.
    #[must_use]
    pub const fn brings_to(self, state: SagaState) -> EventSpec {
        EventSpec { state_after: Some(state), ..self }
    }

    /// The same, told by `service` without another event before it.
    #[must_use]
    pub const fn begun_by(self, service: &'static str) -> EventSpec {
        EventSpec { begun_by: Some(service), ..self }
    }

    /// The same, with a reaction.
    #[must_use]
    pub const fn answered_by(self, reaction: Reaction) -> EventSpec {
        EventSpec { reaction: Some(reaction), ..self }
    }
}

impl SagaMap {
    /// The topics that its events travel on, each once, in the order of the map.
    #[must_use]
    pub fn topics(&self) -> Vec<Topic> {
        let mut topics: Vec<Topic> = Vec::new();
        for spec in self.events {
            if !topics.contains(&spec.topic) {
                topics.push(spec.topic);
            }
        }
        topics
    }

    /// An event's entry, by its wire name.
    #[must_use]
    pub fn spec(&self, event_type: &str) -> Option<&'static EventSpec> {
        self.events.iter().find(|spec| spec.event_type == event_type)
    }

    /// The events that a service reacts to.
    pub fn reactions_of<'a>(&self, service: &'a str) -> impl Iterator<Item = &'static EventSpec> + use<'a> {
        self.events.iter().filter(move |spec| spec.reaction.is_some_and(|reaction| reaction.service == service))
    }

    /// The service that tells an event, whatever led to it; none where the map does not know it.
    #[must_use]
    pub fn told_by(&self, event_type: &str) -> Option<&'static str> {
        let mut reactions = self.events.iter().filter_map(|spec| spec.reaction);
        let reaction = reactions.find(|reaction| reaction.emits.contains(&event_type));
        reaction.map(|reaction| reaction.service).or_else(|| self.spec(event_type)?.begun_by)
    }

    /// The events still to come after the last one, if all takes its ordinary course from there. Empty after
    /// the end, and after an event that leads to none or is unknown.
    #[must_use]
    pub fn steps_to_come(&self, last_event_type: &str) -> Vec<&'static str> {
        let next = |event_type: &str| self.spec(event_type)?.reaction?.emits.first().copied();
        // No course is longer than there are events; the limit keeps a faulty map from walking in circles.
        std::iter::successors(next(last_event_type), |step| next(step)).take(self.events.len()).collect()
    }
}
