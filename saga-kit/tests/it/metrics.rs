//! What is counted: what was committed, once, whatever was tried before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use saga_kit::{Transactions, parking};

use crate::world::{Added, Fault, World, add, encoded, until};

/// The value of a sample; nothing where it is not told.
pub(crate) fn told(transactions: &Transactions, sample: &str) -> anyhow::Result<Option<f64>> {
    let registry = prometheus::Registry::new();
    transactions.metrics().register(&registry)?;
    let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather())?;
    let line = text.lines().filter_map(|line| line.rsplit_once(' ')).find(|(name, _)| *name == sample);
    Ok(line.map(|(_, value)| value.parse()).transpose()?)
}

#[tokio::test]
async fn what_is_to_be_done_after_a_commit_is_not_done_without_one() -> anyhow::Result<()> {
    let world = World::new().await?;
    let done = Arc::new(AtomicU32::new(0));
    for commits in [false, true] {
        let mut tx = world.transactions.begin().await?;
        let done_here = Arc::clone(&done);
        tx.after_commit(move || {
            done_here.fetch_add(1, Ordering::Relaxed);
        });
        if commits {
            assert_eq!(done.load(Ordering::Relaxed), 0, "not before the commit");
            tx.commit().await?;
        }
    }
    assert_eq!(done.load(Ordering::Relaxed), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_of_a_handler_is_counted_and_each_duplicate_and_parked_event_once() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let transactions = &world.transactions;
    let running = world.start_with("a", transactions.clone()).await?;
    let sample = |name: &str, labels: &str| told(transactions, &format!("store_{name}{{event=\"Added\"{labels}}}"));
    until("it begins at zero", async || sample("handler_errors_total", ",kind=\"park\""), |told| *told == Some(0.0))
        .await?;
    world.commit(&add("first", 1)).await?;
    until("the topics are there", || world.total("first"), |total| *total == 1).await?;

    let twice = Added { fault: Some(Fault::Twice), ..add("twice", 1) };
    let bytes = encoded(&twice)?;
    world.produce("order-saga-events", "twice", &bytes).await?;
    until("what passes has passed", || world.total("twice"), |total| *total == 1).await?;
    let retried = async || sample("handler_errors_total", ",kind=\"retry\"");
    until("two tries were in vain", retried, |told| *told == Some(2.0)).await?;

    let never = Added { fault: Some(Fault::UntilMended), ..add("never", 1) };
    world.produce("order-saga-events", "never", &encoded(&never)?).await?;
    world.produce("order-saga-events", "never", &encoded(&add("never", 1))?).await?;
    world.produce("order-saga-events", "twice", &bytes).await?;
    world.produce("order-saga-events", "last", &encoded(&add("last", 1))?).await?;
    until("the last is handled", || world.total("last"), |total| *total == 1).await?;
    for (name, labels, count) in [
        ("parked_events_total", ",reason=\"failed\"", 1.0),
        ("parked_events_total", ",reason=\"behind\"", 1.0),
        ("parked_events_total", ",reason=\"unreadable\"", 0.0),
        ("inbox_duplicates_total", "", 1.0),
    ] {
        until(name, async || sample(name, labels), |told| *told == Some(count)).await?;
    }
    assert!(sample("handler_errors_total", ",kind=\"park\"")?.is_some_and(|failed| failed >= 1.0));
    assert_eq!(parking::list(transactions.pool(), 0, 10).await?.len(), 2);
    // Read of the tables, which nobody has done.
    assert!(told(transactions, "store_parked_events")?.is_some_and(f64::is_nan));
    assert_eq!(told(transactions, "store_relay_leader")?, Some(1.0));
    running.stop().await?;
    assert_eq!(told(transactions, "store_relay_leader")?, Some(0.0));
    Ok(())
}
