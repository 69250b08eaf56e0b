//! What the relay has in hand: rows in flight, rows waiting for an earlier one of their key, rows acknowledged and
//! not yet deleted. Pure: no clock of its own, no database, no broker.
//!
//! One message of a key is in flight at a time. With more than one, a message that the broker refuses would let a
//! later one of its key overtake it. Messages of different keys do not wait for each other.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use tokio::time::Instant;

use super::reader::OutboxRow;
use super::seen::{Run, Seen};

/// Rows in hand at most; reading stops above and goes on below.
pub(super) const MAX_IN_HAND: usize = 8_000;

/// Bytes of payload in hand at most, for the same. The client's queue holds twice that.
const MAX_BYTES_IN_HAND: usize = 16 * 1024 * 1024;

/// How long a key whose message failed is left alone.
const FAILED_KEY_PAUSE: Duration = Duration::from_millis(500);

/// Messages keep their order within a key of a topic. Of both this is the hash: texts would be copied and hashed again
/// with each step. Two keys that share a hash wait for each other, which costs time and never order.
type Key = u64;

/// See the module's text.
#[derive(Debug, Default)]
pub(super) struct Window {
    in_hand: HashMap<u64, InHand>,
    bytes: usize,
    in_flight: usize,
    /// The rows that wait for the one of their key that is in flight.
    keys: HashMap<Key, VecDeque<OutboxRow>>,
    acknowledged: Vec<u64>,
    seen: Seen,
    /// Something was acknowledged since the last tick.
    has_heard: bool,
    /// Nothing was, from one tick to the next.
    is_still: bool,
    paused: HashMap<Key, Instant>,
    hasher: RandomState,
}

#[derive(Debug)]
struct InHand {
    key: Key,
    /// Of its payload.
    bytes: usize,
    is_in_flight: bool,
}

impl Window {
    /// To be called when reading begins at the lowest id: keys whose pause is over go on.
    ///
    /// Here and not later in the pass, because a pass that is past the failed row would send a later one of its key.
    pub fn begin_pass(&mut self, now: Instant) {
        self.paused.retain(|_, until| *until > now);
    }

    /// To be called from time to time: what nothing more comes for does not wait for neighbours, and ids are not taken for
    /// seen for ever.
    pub fn tick(&mut self) {
        self.is_still = !std::mem::take(&mut self.has_heard);
        self.seen.tick();
    }

    /// Takes rows in order of id, and gives back those to be sent now; rows that are in hand already are dropped.
    pub fn admit(&mut self, rows: Vec<OutboxRow>) -> Vec<OutboxRow> {
        let mut send = Vec::with_capacity(rows.len());
        for row in rows {
            let key = self.hasher.hash_one((&row.topic, &row.event_key));
            if self.paused.contains_key(&key) {
                continue;
            }
            let Entry::Vacant(place) = self.in_hand.entry(row.id) else { continue };
            let bytes = row.payload.len();
            self.bytes += bytes;
            self.seen.add(row.id);
            let is_in_flight = match self.keys.entry(key) {
                Entry::Occupied(mut waiting) => {
                    waiting.get_mut().push_back(row);
                    false
                }
                Entry::Vacant(first) => {
                    first.insert(VecDeque::new());
                    self.in_flight += 1;
                    send.push(row);
                    true
                }
            };
            place.insert(InHand { key, bytes, is_in_flight });
        }
        send
    }

    /// The broker has the message: its row can be deleted, and the next of its key sent.
    pub fn acknowledged(&mut self, id: u64) -> Option<OutboxRow> {
        let key = self.land(id)?;
        self.acknowledged.push(id);
        (self.has_heard, self.is_still) = (true, false);
        let Entry::Occupied(mut waiting) = self.keys.entry(key) else { return None };
        let Some(next) = waiting.get_mut().pop_front() else {
            waiting.remove();
            return None;
        };
        if let Some(row) = self.in_hand.get_mut(&next.id) {
            row.is_in_flight = true;
            self.in_flight += 1;
        }
        Some(next)
    }

    /// The broker does not have the message: its key pauses, and its rows are read again later, this one first.
    pub fn failed(&mut self, id: u64, now: Instant) {
        let Some(key) = self.land(id) else { return };
        self.forget(id);
        self.seen.clear();
        for row in self.keys.remove(&key).unwrap_or_default() {
            self.forget(row.id);
        }
        self.paused.insert(key, now + FAILED_KEY_PAUSE);
    }

    /// The key of a row that was in flight and is so no longer.
    fn land(&mut self, id: u64) -> Option<Key> {
        let row = self.in_hand.get_mut(&id).filter(|row| row.is_in_flight)?;
        row.is_in_flight = false;
        self.in_flight -= 1;
        Some(row.key)
    }

    /// The ids whose rows are to be deleted. They stay in hand until [`Window::deleted`], so that a read in
    /// between does not send them again.
    pub fn take_acknowledged(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.acknowledged)
    }

    /// Of the same only those that at least so many follow without a gap; the others wait for their neighbours. Not for
    /// ever: those of a partition that has no leader may never be acknowledged, and would fill the window for all.
    pub fn take_runs(&mut self, at_least: usize) -> Vec<u64> {
        if self.is_still {
            return self.take_acknowledged();
        }
        self.acknowledged.sort_unstable();
        let (mut runs, mut rest) = (Vec::new(), Vec::new());
        for run in self.acknowledged.chunk_by(|one, next| one + 1 == *next) {
            let to = if run.len() >= at_least { &mut runs } else { &mut rest };
            to.extend_from_slice(run);
        }
        self.acknowledged = rest;
        runs
    }

    /// The rows are gone from the table.
    pub fn deleted(&mut self, ids: &[u64]) {
        for id in ids {
            self.forget(*id);
        }
    }

    fn forget(&mut self, id: u64) {
        self.bytes -= self.in_hand.remove(&id).map_or(0, |row| row.bytes);
    }

    /// Ids that a read may go past: each is in hand, or its row was deleted.
    pub fn seen(&self) -> Option<Run> {
        self.seen.longest()
    }

    /// Whether there is room for another read.
    pub fn has_room(&self) -> bool {
        self.in_hand.len() < MAX_IN_HAND && self.bytes < MAX_BYTES_IN_HAND
    }

    /// Whether rows wait to be deleted.
    pub fn has_acknowledged(&self) -> bool {
        !self.acknowledged.is_empty()
    }

    /// How many rows are in hand.
    pub fn in_hand(&self) -> usize {
        self.in_hand.len()
    }

    /// How many messages the broker has not answered for.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u64, key: &str) -> OutboxRow {
        OutboxRow {
            id,
            topic: "t".into(),
            event_key: key.into(),
            event_id: uuid::Uuid::from_u128(u128::from(id)),
            event_type: "E".into(),
            occurred_at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
            headers: None,
            payload: Vec::new(),
        }
    }

    fn ids(rows: &[OutboxRow]) -> Vec<u64> {
        rows.iter().map(|row| row.id).collect()
    }

    #[tokio::test]
    async fn one_of_a_key_is_in_flight_and_the_next_follows_its_acknowledgement() {
        let mut window = Window::default();
        let sent = window.admit(vec![row(1, "a"), row(2, "a"), row(3, "b"), row(4, "a")]);
        assert_eq!(ids(&sent), [1, 3]);
        assert_eq!(window.acknowledged(1).map(|row| row.id), Some(2));
        assert_eq!(window.acknowledged(3), None);
        assert_eq!(window.acknowledged(2).map(|row| row.id), Some(4));
        assert_eq!(window.take_acknowledged(), [1, 3, 2]);
    }

    #[tokio::test]
    async fn a_row_is_not_sent_again_between_its_acknowledgement_and_its_delete() {
        let mut window = Window::default();
        window.admit(vec![row(1, "a")]);
        window.acknowledged(1);
        assert!(window.admit(vec![row(1, "a")]).is_empty());
        let ids = window.take_acknowledged();
        window.deleted(&ids);
        assert_eq!(window.in_hand.len(), 0);
    }

    #[tokio::test]
    async fn what_has_no_neighbours_yet_waits_for_them() {
        let mut window = Window::default();
        window.admit((1..=7).map(|id| row(id, &id.to_string())).collect());
        for id in [4, 1, 7, 3, 5] {
            window.acknowledged(id);
        }
        assert_eq!(window.take_runs(3), [3, 4, 5]);
        assert_eq!(window.take_runs(3), [0; 0]);
        window.acknowledged(2);
        window.acknowledged(6);
        assert_eq!(window.take_runs(2), [1, 2, 6, 7], "what was taken is no neighbour");
        assert!(!window.has_acknowledged());
    }

    #[tokio::test]
    async fn what_will_have_no_neighbours_waits_until_nothing_more_comes() {
        let mut window = Window::default();
        // The even ones go to a partition that has no leader.
        window.admit((1..=6).map(|id| row(id, &id.to_string())).collect());
        window.acknowledged(1);
        window.tick();
        window.acknowledged(3);
        assert_eq!(window.take_runs(2), [0; 0]);
        window.tick();
        assert_eq!(window.take_runs(2), [0; 0], "there was an answer since the last tick");
        window.tick();
        assert_eq!(window.take_runs(2), [1, 3], "they would fill the window for ever");
        window.acknowledged(5);
        assert_eq!(window.take_runs(2), [0; 0], "answers come again");
    }

    #[tokio::test]
    async fn a_failure_stops_its_key_in_order_and_no_other() {
        let mut window = Window::default();
        let now = Instant::now();
        let rows = || vec![row(1, "a"), row(2, "a"), row(3, "b")];
        window.admit(rows());
        window.failed(1, now);
        assert_eq!(window.acknowledged(3), None, "the other key is acknowledged");
        window.begin_pass(now);
        assert!(window.admit(rows()).is_empty(), "the failed key pauses");
        window.begin_pass(now + FAILED_KEY_PAUSE);
        assert_eq!(ids(&window.admit(rows())), [1], "the failed one goes first, the next waits for it");
    }

    #[tokio::test]
    async fn a_pass_that_is_past_a_failed_row_sends_none_of_its_key() {
        let mut window = Window::default();
        let now = Instant::now();
        window.begin_pass(now);
        window.admit(vec![row(1, "a"), row(2, "b")]);
        window.failed(1, now);
        // The pass takes its time, and goes on behind the failed row.
        assert!(window.admit(vec![row(3, "a")]).is_empty(), "it would overtake the first of its key");
        window.begin_pass(now + FAILED_KEY_PAUSE);
        assert_eq!(ids(&window.admit(vec![row(1, "a"), row(2, "b"), row(3, "a")])), [1]);
    }

    #[tokio::test]
    async fn large_events_fill_the_window_before_many_do() {
        let mut window = Window::default();
        let large = |id: u64| OutboxRow { payload: vec![0; MAX_BYTES_IN_HAND / 2], ..row(id, &id.to_string()) };
        window.admit(vec![large(1)]);
        assert!(window.has_room());
        window.admit(vec![large(2)]);
        assert!(!window.has_room());
        window.acknowledged(1);
        window.deleted(&[1]);
        assert!(window.has_room());
    }
}
