//! What the relay has in hand: rows in flight, rows waiting for an earlier one of their key, rows acknowledged and
//! not yet deleted. Pure: no clock of its own, no database, no broker.
//!
//! One message of a key is in flight at a time. With more than one, a message that the broker refuses would let a
//! later one of its key overtake it. Messages of different keys do not wait for each other.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::reader::OutboxRow;

/// Rows in hand at most; reading stops above and goes on below.
pub(super) const MAX_IN_HAND: usize = 8_000;

/// Bytes of payload in hand at most, for the same. The client's queue holds twice that.
const MAX_BYTES_IN_HAND: usize = 16 * 1024 * 1024;

/// How long a key whose message failed is left alone.
const FAILED_KEY_PAUSE: Duration = Duration::from_millis(500);

/// Messages keep their order within a key of a topic.
type Key = (String, String);

/// See the module's text.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Each row with the size of its payload.
    in_hand: HashMap<u64, usize>,
    bytes: usize,
    in_flight: HashMap<u64, Key>,
    keys: HashMap<Key, VecDeque<OutboxRow>>,
    acknowledged: Vec<u64>,
    paused: HashMap<Key, Instant>,
}

impl Window {
    /// To be called when reading begins at the lowest id: keys whose pause is over go on.
    ///
    /// Here and not later in the pass, because a pass that is past the failed row would send a later one of its key.
    pub fn begin_pass(&mut self, now: Instant) {
        self.paused.retain(|_, until| *until > now);
    }

    /// Takes rows in order of id, and gives back those to be sent now; rows that are in hand already are dropped.
    pub fn admit(&mut self, rows: Vec<OutboxRow>) -> Vec<OutboxRow> {
        let mut send = Vec::with_capacity(rows.len());
        for row in rows {
            let key = (row.topic.clone(), row.event_key.clone());
            if self.in_hand.contains_key(&row.id) || self.paused.contains_key(&key) {
                continue;
            }
            self.in_hand.insert(row.id, row.payload.len());
            self.bytes += row.payload.len();
            if let Some(waiting) = self.keys.get_mut(&key) {
                waiting.push_back(row);
            } else {
                self.in_flight.insert(row.id, key.clone());
                self.keys.insert(key, VecDeque::new());
                send.push(row);
            }
        }
        send
    }

    /// The broker has the message: its row can be deleted, and the next of its key sent.
    pub fn acknowledged(&mut self, id: u64) -> Option<OutboxRow> {
        let key = self.in_flight.remove(&id)?;
        self.acknowledged.push(id);
        let waiting = self.keys.get_mut(&key)?;
        let Some(next) = waiting.pop_front() else {
            self.keys.remove(&key);
            return None;
        };
        self.in_flight.insert(next.id, key);
        Some(next)
    }

    /// The broker does not have the message: its key pauses, and its rows are read again later, this one first.
    pub fn failed(&mut self, id: u64, now: Instant) {
        let Some(key) = self.in_flight.remove(&id) else { return };
        self.forget(id);
        for row in self.keys.remove(&key).unwrap_or_default() {
            self.forget(row.id);
        }
        self.paused.insert(key, now + FAILED_KEY_PAUSE);
    }

    /// The ids whose rows are to be deleted. They stay in hand until [`Window::deleted`], so that a read in
    /// between does not send them again.
    pub fn take_acknowledged(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.acknowledged)
    }

    /// Of the same only those that at least so many follow without a gap; the others wait for their neighbours.
    pub fn take_runs(&mut self, at_least: usize) -> Vec<u64> {
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
        self.bytes -= self.in_hand.remove(&id).unwrap_or(0);
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
        self.in_flight.len()
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
