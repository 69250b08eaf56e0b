//! The inbox and the consumer: effects once, in order, whatever the broker repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use saga_kit::{Failure, HandledAll, Received, Registry, Tx, parking};

use crate::world::{Added, Fault, MAP, SERVICE, World, add, added, encoded, until};

/// Handles what is given to it at once, and notes how many that were at most.
async fn added_together(tx: &mut Tx, most: Arc<AtomicUsize>, events: Vec<Received<Added>>) -> HandledAll {
    most.fetch_max(events.len(), Ordering::Relaxed);
    for (index, Received { event, cause }) in events.into_iter().enumerate() {
        tx.caused_by(cause);
        added(tx, event).await.map_err(|error| Failure::at(index, error))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_several_keys_are_handled_at_once_and_the_one_that_fails_is_set_aside_alone() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let running = world.start("a").await?;
    world.commit(&add("first", 1)).await?;
    until("the topics are there", || world.total("first"), |total| *total == 1).await?;
    running.stop().await?;
    for number in 0..60 {
        // Three of each key, of which the second of one fails.
        let fault = (number == 25).then_some(Fault::UntilMended);
        let event = Added { fault, ..add(&format!("key-{}", number % 20), 1) };
        world.produce("order-saga-events", &event.counter, &encoded(&event)?).await?;
    }
    let most = Arc::new(AtomicUsize::new(0));
    let registry = Registry::new(SERVICE, &MAP).on_all_with::<Added, _>(Arc::clone(&most), added_together);
    let running = world.start_as("a", world.transactions.clone(), registry).await?;
    let totals = || world.scalar("SELECT CAST(SUM(total) AS SIGNED) FROM counters");
    until("all others are handled", totals, |total| *total == 1 + 58).await?;
    assert_eq!(world.total("key-5").await?, 1, "what came before the failure is done, what comes after waits");
    let parked = parking::list(world.transactions.pool(), 0, 10).await?;
    let causes: Vec<&str> = parked.iter().map(|event| event.cause.as_str()).collect();
    assert_eq!(causes, ["failed", "behind"]);
    let most = most.load(Ordering::Relaxed);
    assert!((2..=20).contains(&most), "{most} at once: no key may stand twice among them");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_three_times_has_its_effect_once() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    let event = encoded(&add("x", 5))?;
    world.commit(&add("first", 1)).await?;
    until("the topics are there", || world.total("first"), |total| *total == 1).await?;
    for _ in 0..3 {
        world.produce("order-saga-events", "x", &event).await?;
    }
    world.produce("order-saga-events", "x", &encoded(&add("x", 100))?).await?;
    until("the last is handled", || world.total("x"), |total| *total >= 105).await?;
    assert_eq!(world.total("x").await?, 105);
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_topic_read_again_changes_nothing() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    for number in 0..200 {
        world.commit(&add(&format!("key-{}", number % 7), 1)).await?;
    }
    let handled = || world.scalar("SELECT CAST(SUM(total) AS SIGNED) FROM counters");
    until("all are handled", || async { Ok(handled().await.unwrap_or(0)) }, |sum| *sum == 200).await?;
    running.stop().await?;
    // Each record once more, as a relay sends it that was killed before its delete.
    for (key, payload) in world.consume("order-saga-events", 200)? {
        world.produce("order-saga-events", &key, &payload).await?;
    }
    let again = world.start("a").await?;
    world.commit(&add("last", 1)).await?;
    until("the end of the topic", || world.total("last"), |total| *total == 1).await?;
    until("nothing is left to send", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    again.stop().await?;
    let once_more = world.start("a").await?;
    world.commit(&add("very last", 1)).await?;
    until("the end of the topic", || world.total("very last"), |total| *total == 1).await?;
    assert_eq!(handled().await?, 202, "200 and the two last");
    assert_eq!(world.scalar("SELECT COUNT(*) FROM inbox").await?, 202);
    once_more.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_by_itself_is_tried_again_and_parks_nothing() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    world.commit(&Added { fault: Some(Fault::Twice), ..add("x", 1) }).await?;
    world.commit(&add("x", 10)).await?;
    until("both are handled", || world.total("x"), |total| *total == 11).await?;
    assert_eq!(world.scalar("SELECT COUNT(*) FROM tries").await?, 3);
    assert_eq!(world.scalar("SELECT COUNT(*) FROM parked_events").await?, 0);
    running.stop().await
}

/// Takes half a minute, nearly all of it the pauses between the tries.
#[tokio::test(flavor = "multi_thread")]
async fn what_meets_nothing_but_conflicts_is_parked_in_the_end() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let running = world.start("a").await?;
    world.commit(&Added { fault: Some(Fault::Ever), ..add("x", 1) }).await?;
    world.commit(&add("y", 10)).await?;
    until("the one behind it is handled", || world.total("y"), |total| *total == 10).await?;
    let parked = parking::list(world.transactions.pool(), 0, 10).await?;
    let causes: Vec<_> = parked.iter().map(|event| (event.cause.as_str(), event.error.as_str())).collect();
    assert_eq!(causes, [("failed", "something is in the way")]);
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_the_work_and_one_goes_on_alone() -> anyhow::Result<()> {
    let world = World::new().await?;
    let first = world.start("a").await?;
    let second = world.start("b").await?;
    let sum = || async {
        let sum: Option<i64> = sqlx::query_scalar("SELECT CAST(SUM(total) AS SIGNED) FROM counters")
            .fetch_one(world.transactions.pool())
            .await?;
        Ok(sum.unwrap_or(0))
    };
    for number in 0..100 {
        world.commit(&add(&format!("key-{number}"), 1)).await?;
    }
    until("100 are handled", sum, |sum| *sum == 100).await?;
    first.task.abort();
    let _ = first.task.await;
    for number in 0..100 {
        world.commit(&add(&format!("key-{number}"), 1)).await?;
    }
    until("the other 100 are handled", sum, |sum| *sum == 200).await?;
    second.stop().await
}

/// More than a worker's queue takes, so that the loop waits for it, several times.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_backlog_is_handled_once_and_in_order() -> anyhow::Result<()> {
    const EVENTS: i64 = 3_000;
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let running = world.start_with("a", world.transactions.clone()).await?;
    world.commit(&add("first", 1)).await?;
    until("it runs", || world.total("first"), |total| *total == 1).await?;
    running.stop().await?;
    let mut tx = world.transactions.begin().await?;
    for number in 1..=EVENTS {
        tx.emit(&add(&format!("key-{}", number % 500), number))?;
    }
    tx.commit().await?;
    let again = world.start("a").await?;
    until("all are handled", || world.scalar("SELECT COUNT(*) FROM inbox"), |rows| *rows == EVENTS + 1).await?;
    let sum = world.scalar("SELECT CAST(SUM(total) AS SIGNED) FROM counters").await?;
    assert_eq!(sum, EVENTS * (EVENTS + 1) / 2 + 1, "each once");
    until("all totals are sent", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let totals = world.consume("stock-events", usize::try_from(EVENTS)? + 1)?;
    let mut last = std::collections::HashMap::new();
    for (key, payload) in totals {
        let total = shared_events::Envelope::decode(&payload)?.body::<crate::world::Counted>()?.total;
        let before = last.insert(key.clone(), total).unwrap_or(0);
        assert!(total > before, "{key}: {total} after {before}");
    }
    again.stop().await
}

/// The broker's client keeps a pause through a rebalance; a partition that stays with its instance must go on.
#[tokio::test(flavor = "multi_thread")]
async fn partitions_that_were_paused_go_on_after_a_rebalance() -> anyhow::Result<()> {
    // Far more than the 2,048 of a partition above which it has enough: the first that has is paused at once.
    const EVENTS: i64 = 12_000;
    let world = World::with(&["--topic-partitions", "2"]).await?;
    let first = world.start_with("a", world.transactions.clone()).await?;
    world.commit(&add("first", 1)).await?;
    until("it runs", || world.total("first"), |total| *total == 1).await?;
    // Handlers stand still, on a connection that the silence limit does not end.
    let mut lock = world.connection().await?;
    sqlx::query("LOCK TABLES counters WRITE").execute(&mut lock).await?;
    let mut tx = world.transactions.begin().await?;
    for number in 0..EVENTS {
        tx.emit(&add(&format!("key-{number}"), 1))?;
    }
    tx.commit().await?;
    until("all are sent", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let second = world.start("b").await?;
    until("both are in the group", || async { world.members() }, |members| *members == 2).await?;
    sqlx::query("UNLOCK TABLES").execute(&mut lock).await?;
    until("all are handled", || world.scalar("SELECT COUNT(*) FROM inbox"), |rows| *rows == EVENTS + 1).await?;
    first.stop().await?;
    second.stop().await
}

/// A partition whose worker stands still with more than its queue takes is paused, and the others go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_stands_still_keeps_no_other_waiting() -> anyhow::Result<()> {
    const KEYS: i64 = 40;
    let world = World::with(&["--topic-partitions", "2"]).await?;
    let running = world.start_with("a", world.transactions.clone()).await?;
    world.commit(&add("slow", 1)).await?;
    until("it runs", || world.total("slow"), |total| *total == 1).await?;
    // Its handler waits for this row, which is held by a connection that the silence limit does not end.
    let mut lock = world.connection().await?;
    sqlx::query("BEGIN").execute(&mut lock).await?;
    sqlx::query("SELECT total FROM counters WHERE name = 'slow' FOR UPDATE").execute(&mut lock).await?;
    let mut tx = world.transactions.begin().await?;
    for _ in 0..5_000 {
        tx.emit(&add("slow", 1))?;
    }
    tx.commit().await?;
    until("all are sent", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let handled = || world.scalar("SELECT COUNT(*) FROM inbox");
    let before = handled().await?;
    for number in 0..KEYS {
        world.commit(&add(&format!("key-{number}"), 1)).await?;
    }
    // About half of them are in the other partition.
    until("the others are handled", handled, |rows| *rows >= before + KEYS / 4).await?;
    sqlx::query("ROLLBACK").execute(&mut lock).await?;
    running.stop().await
}
