//! Others who order while a case is under way: each one journey after the other, on the courses that say the most.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

use anyhow::{Context, Result};

use crate::course::Course;
use crate::journey::Journey;
use crate::laboratory::Laboratory;

/// Does `work` while so many others order; each of their orders must end as it should, too. Answers what came of the
/// work, and what went wrong with one of theirs.
pub fn around<T>(lab: &Laboratory, tag: &str, others: usize, work: impl FnOnce() -> T) -> (T, Result<()>) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (done, tag) = (&done, &tag);
        let others: Vec<_> =
            (0..others).map(|other| scope.spawn(move || order(lab, &format!("{tag}-{other}"), other, done))).collect();
        let found = work();
        done.store(true, Ordering::SeqCst);
        let ended = |other: ScopedJoinHandle<'_, Result<()>>| {
            other.join().map_err(|_| anyhow::anyhow!("thread"))?.context("an order of the load")
        };
        (found, others.into_iter().map(ended).fold(Ok(()), Result::and))
    })
}

fn order(lab: &Laboratory, tag: &str, other: usize, done: &AtomicBool) -> Result<()> {
    let mut count = 0;
    while !done.load(Ordering::SeqCst) {
        let mut journey =
            Journey::prepare(lab, Course::FOUR[(other + count) % Course::FOUR.len()], &format!("{tag}-{count}"))?;
        journey.drive()?;
        journey.arrive()?;
        count += 1;
    }
    Ok(())
}
