//! What stays at hand between two uses that follow each other closely.
//!
//! A connection that goes back to sqlx's pool is pinged: a round trip that nobody waits for, but two processes wake for.
//! Under load the same few connections are needed again at once, and a transaction can begin with the end of the last
//! (`docs/adr/0031-transactions-keep-their-connections.md`). At rest nothing is kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// A connection that was used within this time is taken for alive; its first statement says otherwise.
pub(crate) const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// A few things that were used a moment ago. What nobody uses again is dropped.
#[derive(Debug)]
pub(crate) struct Kept<T>(Arc<Shelf<T>>);

#[derive(Debug)]
struct Shelf<T> {
    most: usize,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// Each with when it was put here, the latest last.
    things: Vec<(Instant, T)>,
    /// A task looks after what is left here.
    is_swept: bool,
}

impl<T: Send + 'static> Kept<T> {
    /// Of that many at most.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Shelf::new(most)))
    }

    /// The one that was put here last, unless that is too long ago.
    pub fn take(&self) -> Option<T> {
        self.0.take(Instant::now())
    }

    /// For the next; dropped where there are enough. To be called in a runtime.
    pub fn put(&self, thing: T) {
        if self.0.put(thing, Instant::now()) {
            tokio::spawn(sweep(Arc::downgrade(&self.0)));
        }
    }
}

/// Sweeps from time to time, until nothing is left.
async fn sweep<T>(shelf: Weak<Shelf<T>>) {
    loop {
        tokio::time::sleep(TRUSTED_IDLE).await;
        if !shelf.upgrade().is_some_and(|shelf| shelf.sweep(Instant::now())) {
            return;
        }
    }
}

impl<T> Shelf<T> {
    fn new(most: usize) -> Self {
        Self { most, state: Mutex::new(State { things: Vec::new(), is_swept: false }) }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, now: Instant) -> Option<T> {
        let mut state = self.state();
        let is_fresh = state.things.last().is_some_and(|(since, _)| now - *since < TRUSTED_IDLE);
        if is_fresh { state.things.pop().map(|(_, thing)| thing) } else { None }
    }

    /// Tells whether somebody has to begin to sweep.
    fn put(&self, thing: T, now: Instant) -> bool {
        let mut state = self.state();
        if state.things.len() == self.most {
            // Dropped when the lock is free again.
            drop(state);
            return false;
        }
        state.things.push((now, thing));
        !std::mem::replace(&mut state.is_swept, true)
    }

    /// Takes away what was not used for too long; tells whether something is left.
    fn sweep(&self, now: Instant) -> bool {
        let mut state = self.state();
        let count = state.things.iter().take_while(|(since, _)| now - *since >= TRUSTED_IDLE).count();
        let unused: Vec<_> = state.things.drain(..count).collect();
        state.is_swept = !state.things.is_empty();
        let is_left = state.is_swept;
        drop(state);
        drop(unused);
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_taken_and_what_is_too_many_goes() {
        let (shelf, now) = (Shelf::new(2), Instant::now());
        for thing in [1, 2, 3] {
            shelf.put(thing, now);
        }
        assert_eq!([shelf.take(now), shelf.take(now), shelf.take(now)], [Some(2), Some(1), None]);
    }

    #[test]
    fn what_nobody_uses_is_given_up_and_what_is_used_stays() {
        let (shelf, began) = (Shelf::new(2), Instant::now());
        assert!(shelf.put("unused", began), "the first has to be swept");
        let mut now = began;
        while now < began + 2 * TRUSTED_IDLE {
            assert!(!shelf.put("used", now), "there is somebody who sweeps");
            now += TRUSTED_IDLE / 2;
            assert_eq!(shelf.take(now), Some("used"));
        }
        shelf.put("used", now);
        assert!(shelf.sweep(now));
        assert_eq!(shelf.state().things, [(now, "used")]);
        now += TRUSTED_IDLE;
        assert_eq!(shelf.take(now), None, "it may have died");
        assert!(!shelf.sweep(now) && shelf.state().things.is_empty());
        assert!(shelf.put("another", now), "nobody sweeps any more");
    }
}
