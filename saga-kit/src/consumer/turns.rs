//! Turns: how many batches are handled at the same time.
//!
//! With a transaction for each partition at once, all of them are small, and most of what they cost is the
//! transaction. So under load a batch waits for its turn and grows meanwhile; at rest there is always one. Why so, and
//! what it brought: `docs/adr/0027-batches-wait-for-their-turn.md`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whoever has waited this long goes without: those who have the turns are held up, which must hold up no others.
const MAX_WAIT: Duration = Duration::from_millis(500);

/// A turn; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    #[cfg_attr(not(test), expect(dead_code, reason = "it is held, and given back when it is dropped"))]
    permit: Option<OwnedSemaphorePermit>,
}

/// The turns of a process, given in the order in which they were asked for.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Turns {
    /// As many as there are processors, and two at least: while one waits for the disk, another has the processor.
    pub fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors.max(2))))
    }

    /// Waits for a turn.
    pub async fn take(&self) -> Turn {
        let permit = tokio::time::timeout(MAX_WAIT, Arc::clone(&self.0).acquire_owned()).await;
        Turn { permit: permit.ok().and_then(Result::ok) }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    /// So many turns, all of them taken.
    async fn taken(turns: &Turns) -> Vec<Turn> {
        let mut taken = Vec::new();
        while turns.0.available_permits() > 0 {
            taken.push(turns.take().await);
        }
        taken
    }

    #[tokio::test]
    async fn a_turn_is_given_when_another_ends() {
        let turns = Turns::new();
        let mut taken = taken(&turns).await;
        assert!(taken.len() >= 2, "{}", taken.len());
        let mut next = Box::pin(turns.take());
        assert!((&mut next).now_or_never().is_none(), "all turns are taken");
        taken.pop();
        assert!(next.now_or_never().is_some(), "one has ended");
    }

    #[tokio::test]
    async fn nobody_is_held_up_for_ever_by_those_who_have_the_turns() {
        let turns = Turns::new();
        let taken = taken(&turns).await;
        let without = turns.take().await;
        assert!(without.permit.is_none() && taken.iter().all(|turn| turn.permit.is_some()));
    }
}
