//! Scheduled jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use saga_kit::Transactions;
use saga_kit::jobs::Jobs;
use tokio_util::sync::CancellationToken;

use crate::world::{World, until};

/// Not during a test.
const AT_NEW_YEAR: &str = "0 0 0 1 1 *";

#[tokio::test(flavor = "multi_thread")]
async fn what_came_due_while_nobody_was_there_is_done_when_the_schedule_begins() -> anyhow::Result<()> {
    let world = World::new().await?;
    let mut jobs = Jobs::new(world.transactions.clone()).await?;
    let (due, waiting) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let count = |runs: &Arc<AtomicU32>| {
        let runs = Arc::clone(runs);
        move |_: Transactions| {
            runs.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok(()))
        }
    };
    jobs.add("waits", AT_NEW_YEAR, count(&waiting)).await?;
    jobs.add_and_catch_up("catches-up", AT_NEW_YEAR, count(&due)).await?;
    assert_eq!(due.load(Ordering::SeqCst), 0, "the schedule has not begun");
    let stop = CancellationToken::new();
    let running = tokio::spawn(jobs.run(stop.clone()));
    until("the job to catch up", async || Ok(due.load(Ordering::SeqCst)), |runs| *runs == 1).await?;
    stop.cancel();
    running.await??;
    assert_eq!((due.load(Ordering::SeqCst), waiting.load(Ordering::SeqCst)), (1, 0));
    Ok(())
}
