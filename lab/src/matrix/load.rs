//! Others who order while a case is under way: each one journey after the other, on the courses that say the most.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Error;

use crate::course::Course;
use crate::journey::Journey;
use crate::laboratory::Laboratory;

/// An order of one of them that did not end as it should; who placed it places no more.
#[derive(Debug)]
pub struct Failed {
    /// What it should have become.
    pub course: Course,
    /// Its number, if it came so far.
    pub order_id: Option<u64>,
    /// What is otherwise.
    pub error: Error,
}

/// Does `work` while so many others order; each of their orders must end as it should, too. Answers what came of the
/// work, and which of their orders went wrong.
pub fn around<T>(lab: &Laboratory, tag: &str, others: usize, work: impl FnOnce() -> T) -> (T, Vec<Failed>) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (done, tag) = (&done, &tag);
        let others: Vec<_> =
            (0..others).map(|other| scope.spawn(move || order(lab, &format!("{tag}-{other}"), other, done))).collect();
        let found = work();
        done.store(true, Ordering::SeqCst);
        // A panic there is a fault of this program, and stays one.
        let ended = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (found, ended.filter_map(Result::err).collect())
    })
}

fn order(lab: &Laboratory, tag: &str, other: usize, done: &AtomicBool) -> Result<(), Failed> {
    let mut count = 0;
    while !done.load(Ordering::SeqCst) {
        let course = Course::FOUR[(other + count) % Course::FOUR.len()];
        let failed = |order_id| move |error| Failed { course, order_id, error };
        let mut journey = Journey::prepare(lab, course, &format!("{tag}-{count}")).map_err(failed(None))?;
        let ended = journey.drive().and_then(|()| journey.arrive());
        ended.map_err(failed(journey.order_id()))?;
        count += 1;
    }
    Ok(())
}
