//! How the machinery of this instance stands, as data for whoever operates it.
//!
//! The parts write it as things happen to them; it is read by the admin routes of a service. Nothing is decided by it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::topics::watch::Gone;

/// Shared by the parts of one participant; cheap to clone.
/// ```
/// let status = saga_kit::Status::default();
/// assert!(!status.read().topics_ready, "nothing runs yet");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Status(Arc<Mutex<Machinery>>);

/// What the parts have said of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Machinery {
    /// Whether the topics are there and as configured; before that nothing is sent or handled.
    pub topics_ready: bool,
    /// What became of a topic that was there and is not, and what to do about it.
    pub missing_topic: Option<String>,
    /// When the topics were last seen to be the ones that they were.
    pub topics_seen_at: Option<DateTime<Utc>>,
    /// Whether this instance is the one that relays.
    pub relaying: bool,
    /// The partitions that this instance handles, `topic/number`; none while others have them all.
    pub assigned_partitions: BTreeSet<String>,
}

impl Status {
    /// As it stands now.
    #[must_use]
    pub fn read(&self) -> Machinery {
        self.machinery().clone()
    }

    pub(crate) fn topics_are_ready(&self) {
        let mut machinery = self.machinery();
        (machinery.topics_ready, machinery.missing_topic) = (true, None);
    }

    pub(crate) fn topic_is_gone(&self, gone: &Gone, back_in: Duration) {
        let seconds = back_in.as_secs();
        let mut machinery = self.machinery();
        machinery.topics_ready = false;
        machinery.missing_topic = Some(format!(
            "{gone}; it is made again, and read from its beginning, in about {seconds} s, and events wait in the outbox \
             meanwhile. What it held and nobody had read is lost: the audit names the orders that then do not end"
        ));
    }

    pub(crate) fn topics_are_seen(&self, at: DateTime<Utc>) {
        self.machinery().topics_seen_at = Some(at);
    }

    pub(crate) fn relaying(&self, relaying: bool) {
        self.machinery().relaying = relaying;
    }

    pub(crate) fn assigned(&self, partitions: impl IntoIterator<Item = (String, i32)>) {
        self.machinery().assigned_partitions.extend(partitions.into_iter().map(name));
    }

    pub(crate) fn revoked(&self, partitions: impl IntoIterator<Item = (String, i32)>) {
        let mut machinery = self.machinery();
        for partition in partitions {
            machinery.assigned_partitions.remove(&name(partition));
        }
    }

    pub(crate) fn left_the_group(&self) {
        self.machinery().assigned_partitions.clear();
    }

    fn machinery(&self) -> MutexGuard<'_, Machinery> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name((topic, partition): (String, i32)) -> String {
    format!("{topic}/{partition}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_part_writes_the_reader_of_another_clone_sees() {
        let status = Status::default();
        let writer = status.clone();
        writer.topics_are_ready();
        writer.relaying(true);
        writer.assigned([("t".to_owned(), 0), ("t".to_owned(), 1)]);
        writer.revoked([("t".to_owned(), 1)]);
        let assigned_partitions = BTreeSet::from(["t/0".to_owned()]);
        let expected = Machinery { topics_ready: true, relaying: true, assigned_partitions, ..Machinery::default() };
        assert_eq!(status.read(), expected);
        writer.left_the_group();
        assert!(status.read().assigned_partitions.is_empty());
    }
}
