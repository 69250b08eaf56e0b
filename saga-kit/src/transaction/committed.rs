//! The events of which this process knows that they are on the server's disk, because their commit has returned.
//!
//! A server may show a commit to others before it has written it down, so the relay has to wait for the disk before it
//! sends what it read (`docs/adr/0029-what-was-committed-here-is-on-disk.md`). Of what was committed here it need not.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// So many events of a topic are remembered, the latest; more than a relay without a backlog has before it. Of others
/// nothing is known, which costs a wait and no promise.
const LIMIT: usize = 8_192;

/// By topic, because the copy of a parked event in the dead letter topic has the event's id and a commit of its own.
#[derive(Default)]
pub(crate) struct Committed(Mutex<HashMap<String, Latest>>);

#[derive(Default)]
struct Latest {
    ids: HashSet<Uuid>,
    /// From the oldest to the latest.
    order: VecDeque<Uuid>,
}

impl Committed {
    /// The commit of these events, each a topic and an id, has returned.
    pub fn add<'t>(&self, events: impl Iterator<Item = (&'t str, Uuid)>) {
        let mut topics = self.topics();
        for (topic, id) in events {
            match topics.get_mut(topic) {
                Some(latest) => latest.add(id),
                None => topics.entry(topic.to_owned()).or_default().add(id),
            }
        }
    }

    /// Whether all of these were committed here.
    pub fn has_all<'t>(&self, mut events: impl Iterator<Item = (&'t str, Uuid)>) -> bool {
        let topics = self.topics();
        events.all(|(topic, id)| topics.get(topic).is_some_and(|latest| latest.ids.contains(&id)))
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<String, Latest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Committed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "events of {} topics", self.topics().len())
    }
}

impl Latest {
    fn add(&mut self, id: Uuid) {
        if self.ids.insert(id) {
            self.order.push_back(id);
        }
        if self.order.len() > LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(topic: &'static str, numbers: std::ops::Range<usize>) -> impl Iterator<Item = (&'static str, Uuid)> {
        numbers.map(move |number| (topic, Uuid::from_u128(number as u128)))
    }

    #[test]
    fn one_that_was_not_committed_here_is_enough_to_wait() {
        let committed = Committed::default();
        committed.add(events("t", 0..3));
        assert!(committed.has_all(events("t", 0..3)) && committed.has_all(events("t", 0..0)));
        assert!(!committed.has_all(events("t", 2..4)));
    }

    #[test]
    fn a_copy_for_the_dead_letter_topic_has_a_commit_of_its_own() {
        let committed = Committed::default();
        committed.add(events("orders", 0..1));
        assert!(!committed.has_all(events("dead-letters", 0..1)));
        committed.add(events("dead-letters", 0..1));
        assert!(committed.has_all(events("dead-letters", 0..1)));
    }

    #[test]
    fn the_latest_are_remembered_and_no_more() {
        let committed = Committed::default();
        committed.add(events("t", 0..LIMIT).chain(events("t", LIMIT..LIMIT + 5)));
        assert!(committed.has_all(events("t", 5..LIMIT + 5)));
        assert!(!events("t", 0..5).any(|event| committed.has_all(std::iter::once(event))));
        assert_eq!(committed.topics()["t"].ids.len(), LIMIT);
    }
}
