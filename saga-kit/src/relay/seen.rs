//! Ids that need no second read: those of rows in hand, and of rows that were deleted. Pure: no clock, no database.
//!
//! A deleted row costs whoever comes past it as much as one that is there, until the server has purged it, and a row
//! in hand is read for nothing. So a read goes past the longest run of such ids, once it has found nothing below that
//! run (`docs/adr/0032-reads-go-past-what-was-seen.md`).

use std::collections::BTreeMap;

/// Ids that follow each other without a gap, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub first: u64,
    pub last: u64,
}

/// See the module's text.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By their first id; no two touch.
    runs: BTreeMap<u64, Grown>,
}

#[derive(Debug)]
struct Grown {
    last: u64,
    /// Since the last tick.
    lately: bool,
}

impl Seen {
    /// Adds one id.
    pub fn add(&mut self, id: u64) {
        let (mut first, mut last) = (id, id);
        if let Some((before, run)) = self.runs.range(..=id).next_back()
            && run.last.saturating_add(1) >= id
        {
            first = *before;
            last = last.max(run.last);
        }
        if let Some(next) = last.checked_add(1).and_then(|next| self.runs.remove(&next)) {
            last = next.last;
        }
        self.runs.insert(first, Grown { last, lately: true });
    }

    /// To be called from time to time: forgets the runs that have not grown since the last call. By now the server may
    /// have purged them; and where a gap stays (a rollback) the run behind it is the one that counts.
    pub fn tick(&mut self) {
        self.runs.retain(|_, run| std::mem::take(&mut run.lately));
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.runs.clear();
    }

    /// The longest run.
    pub fn longest(&self) -> Option<Run> {
        let runs = self.runs.iter().map(|(first, run)| Run { first: *first, last: run.last });
        runs.max_by_key(|run| run.last - run.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ids: impl IntoIterator<Item = u64>) -> Seen {
        let mut seen = Seen::default();
        ids.into_iter().for_each(|id| seen.add(id));
        seen
    }

    #[test]
    fn ids_grow_together_in_whatever_order_they_come() {
        for ids in [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 3, 5, 2, 4], [4, 2, 5, 1, 3]] {
            assert_eq!(seen(ids).longest(), Some(Run { first: 1, last: 5 }), "{ids:?}");
        }
        assert_eq!(seen([1, 2, 3, 2, 1]).longest(), Some(Run { first: 1, last: 3 }), "some come again");
        assert_eq!(seen([]).longest(), None);
    }

    #[test]
    fn a_gap_parts_two_runs_and_the_longer_counts() {
        assert_eq!(seen((1..=3).chain(5..=9)).longest(), Some(Run { first: 5, last: 9 }));
        assert_eq!(seen((1..=5).chain(7..=9)).longest(), Some(Run { first: 1, last: 5 }));
    }

    #[test]
    fn a_run_that_grows_no_more_makes_room_for_the_one_behind_the_gap() {
        let mut seen = seen(1..=1_000);
        seen.tick();
        (1_002..=1_010).for_each(|id| seen.add(id));
        assert_eq!(seen.longest(), Some(Run { first: 1, last: 1_000 }), "it grew before the tick");
        seen.tick();
        assert_eq!(seen.longest(), Some(Run { first: 1_002, last: 1_010 }));
        seen.tick();
        assert_eq!(seen.longest(), None);
    }

    #[test]
    fn the_last_id_of_all_ends_a_run() {
        assert_eq!(seen([u64::MAX - 1, u64::MAX]).longest(), Some(Run { first: u64::MAX - 1, last: u64::MAX }));
    }
}
