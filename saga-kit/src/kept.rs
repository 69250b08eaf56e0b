//! What stays at hand between two uses that follow each other closely.
//!
//! A connection that goes back to sqlx's pool is pinged: a round trip that nobody waits for, but two processes wake for.
//! Under load the same few connections are needed again at once, and a transaction can begin with the end of the last
//! (`docs/adr/0031-transactions-keep-their-connections.md`).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A connection that was used within this time is taken for alive; its first statement says otherwise.
pub(crate) const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// A few things, each with when it was put here. What is left out of use is dropped when the next is asked for.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    most: usize,
    things: Mutex<Vec<(Instant, T)>>,
}

impl<T> Kept<T> {
    /// Of that many at most.
    pub fn new(most: usize) -> Self {
        Self { most, things: Mutex::default() }
    }

    /// The one that was put here last, unless that is too long ago.
    pub fn take(&self) -> Option<T> {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = things.pop().filter(|(since, _)| since.elapsed() < TRUSTED_IDLE);
        let stale = if fresh.is_none() { std::mem::take(&mut *things) } else { Vec::new() };
        drop(things);
        drop(stale);
        fresh.map(|(_, thing)| thing)
    }

    /// For the next; dropped where there are enough.
    pub fn put(&self, thing: T) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        if things.len() < self.most {
            things.push((Instant::now(), thing));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_taken_and_what_is_too_many_goes() {
        let kept = Kept::new(2);
        for thing in [1, 2, 3] {
            kept.put(thing);
        }
        assert_eq!([kept.take(), kept.take(), kept.take()], [Some(2), Some(1), None]);
    }

    #[test]
    fn what_was_not_used_for_long_is_given_up() {
        let kept = Kept::new(2);
        let long_ago = Instant::now().checked_sub(TRUSTED_IDLE).expect("the machine has run for a second");
        *kept.things.lock().expect("no panic") = vec![(long_ago, 1), (long_ago, 2)];
        assert_eq!(kept.take(), None);
        assert!(kept.things.lock().expect("no panic").is_empty());
    }
}
