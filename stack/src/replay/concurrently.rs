//! The same work for many items, several at a time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use anyhow::Result;

use crate::interrupt;

/// Does `work` for each item on `threads` threads; answers in the items' order. The first
/// error ends it. `progress` is told how many are done.
pub(super) fn concurrently<T: Sync, R: Send>(
    items: &[T],
    threads: u16,
    mut progress: impl FnMut(usize),
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let (sender, done) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, stop, work) = (sender.clone(), &next, &stop, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    // The receiver is gone only when an error ended it all.
                    let _ = sender.send((at, work(item)));
                }
            });
        }
        drop(sender);
        let collected = collect(items.len(), done, &mut progress);
        stop.store(true, Ordering::Relaxed);
        collected
    })
}

fn collect<R>(
    count: usize,
    done: mpsc::Receiver<(usize, Result<R>)>,
    progress: &mut impl FnMut(usize),
) -> Result<Vec<R>> {
    let mut results: Vec<Option<R>> = (0..count).map(|_| None).collect();
    for (number, (at, result)) in done.into_iter().enumerate() {
        interrupt::check()?;
        results[at] = Some(result?);
        progress(number + 1);
    }
    Ok(results.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_items_order() {
        let items: Vec<u32> = (0..500).collect();
        let mut most = 0;
        let doubled = concurrently(&items, 8, |done| most = done, |item| Ok(item * 2)).unwrap();
        assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(most, 500);
    }

    #[test]
    fn the_first_error_ends_it() {
        let items: Vec<u32> = (0..500).collect();
        let work = |item: &u32| if *item == 3 { anyhow::bail!("three") } else { Ok(*item) };
        assert_eq!(concurrently(&items, 4, |_| {}, work).unwrap_err().to_string(), "three");
    }
}
