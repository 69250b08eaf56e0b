//! The events of which this process knows that they are on the server's disk, because their commit has returned.
//!
//! A server may show a commit to others before it has written it down, so the relay has to wait for the disk before it
//! sends what it read (`docs/adr/0010-the-relay-sends-only-what-is-on-disk.md`). Of what was committed here it need not.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// So many events are remembered, the latest; more than a relay without a backlog has before it. Of others nothing is
/// known, which costs a wait and no promise.
const LIMIT: usize = 8_192;

/// See the module's text.
#[derive(Debug, Default)]
pub(crate) struct Committed(Mutex<Latest>);

#[derive(Debug, Default)]
struct Latest {
    ids: HashSet<Uuid>,
    /// From the oldest to the latest.
    order: VecDeque<Uuid>,
}

impl Committed {
    /// The commit of these events has returned.
    pub fn add(&self, event_ids: impl Iterator<Item = Uuid>) {
        let mut latest = self.latest();
        for id in event_ids {
            latest.ids.insert(id);
            latest.order.push_back(id);
        }
        while latest.order.len() > LIMIT {
            if let Some(oldest) = latest.order.pop_front() {
                latest.ids.remove(&oldest);
            }
        }
    }

    /// Whether all of these were committed here.
    pub fn has_all(&self, mut event_ids: impl Iterator<Item = Uuid>) -> bool {
        let latest = self.latest();
        event_ids.all(|id| latest.ids.contains(&id))
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: std::ops::Range<usize>) -> impl Iterator<Item = Uuid> {
        numbers.map(|number| Uuid::from_u128(number as u128))
    }

    #[test]
    fn one_that_was_not_committed_here_is_enough_to_wait() {
        let committed = Committed::default();
        committed.add(ids(0..3));
        assert!(committed.has_all(ids(0..3)) && committed.has_all(ids(0..0)));
        assert!(!committed.has_all(ids(2..4)));
    }

    #[test]
    fn the_latest_are_remembered_and_no_more() {
        let committed = Committed::default();
        committed.add(ids(0..LIMIT));
        committed.add(ids(LIMIT..LIMIT + 5));
        assert!(committed.has_all(ids(5..LIMIT + 5)));
        assert!(!ids(0..5).any(|id| committed.has_all(std::iter::once(id))));
        assert_eq!(committed.latest().ids.len(), LIMIT);
    }
}
