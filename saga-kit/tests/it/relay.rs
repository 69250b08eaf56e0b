//! The outbox and its relay: everything that committed, nothing else, in order.

use std::collections::HashMap;

use saga_kit::{EmitError, Transactions};

use crate::metrics::told;
use crate::world::{Added, SERVICE, World, add, encoded, until};

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_lose_nothing_and_each_key_keeps_its_order() -> anyhow::Result<()> {
    const WRITERS: i64 = 16;
    const EACH: i64 = 40;
    let world = std::sync::Arc::new(World::new().await?);
    let running = world.start_with("a", world.transactions.clone()).await?;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let world = std::sync::Arc::clone(&world);
        // Each writer has a key of its own and numbers its events; a shared key mixes them under its row lock.
        writers.spawn(async move {
            for number in 1..=EACH {
                world.commit(&add(&format!("own-{writer}"), number)).await?;
                world.commit(&add("shared", 1)).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    let expected = WRITERS * EACH * 2;
    let (events, again) = world.consume_each("order-saga-events", usize::try_from(expected)?)?;
    let mut seen: HashMap<String, Vec<i64>> = HashMap::new();
    for event in events {
        let amount = event.body::<Added>()?.amount;
        seen.entry(event.aggregate_id).or_default().push(amount);
    }
    // A machine that stands still for longer than the lease costs duplicates; a relay that keeps it sends each once.
    let ends = ["lease_lost", "database_failed", "producer_failed"].map(|reason| {
        let sample = format!("store_relay_failures_total{{reason=\"{reason}\"}}");
        told(&world.transactions, &sample).map(Option::unwrap_or_default)
    });
    let ends = ends.into_iter().sum::<anyhow::Result<f64>>()?;
    assert!(again == 0 || ends > 0.0, "{again} events came again from a relay that never began again");
    for writer in 0..WRITERS {
        let numbers = &seen[&format!("own-{writer}")];
        assert_eq!(*numbers, (1..=EACH).collect::<Vec<_>>(), "writer {writer}: in commit order");
    }
    assert_eq!(seen["shared"].len(), usize::try_from(WRITERS * EACH)?);
    until("the outbox is empty", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    running.stop().await
}

/// Those that commit for the disk's sake, and wait for a lock.
const COMMITS: &str = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() \
                       AND info LIKE 'UPDATE relay_lease SET expires_at = expires_at + %'";

/// A server without a binary log shows a commit before it is on its disk. What another process has committed waits for a
/// commit of the relay's own, which is on the disk after it; here that one waits for a lock.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_committed_is_sent_only_once_it_is_on_the_disk() -> anyhow::Result<()> {
    let world = World::new().await?;
    // Its transactions are not those that commit here.
    let running = world.start("a").await?;
    world.commit(&add("x", 1)).await?;
    until("it relays", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let mut lock = world.connection().await?;
    sqlx::query("BEGIN").execute(&mut lock).await?;
    sqlx::query("SELECT holder FROM relay_lease FOR UPDATE").execute(&mut lock).await?;
    world.commit(&add("x", 2)).await?;
    until("the relay's own commit waits", || world.scalar(COMMITS), |commits| *commits == 1).await?;
    let released = chrono::Utc::now().timestamp_millis();
    sqlx::query("ROLLBACK").execute(&mut lock).await?;
    let sent = world.timestamps("order-saga-events", 2)?;
    assert!(sent[0] < released && sent[1] >= released, "{sent:?}, and the lock was released at {released}");
    running.stop().await
}

/// A commit that changes nothing waits for no disk. So a relay whose lease is gone sends nothing of what it has read.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_under_a_lease_that_is_gone_is_read_again() -> anyhow::Result<()> {
    let world = World::new().await?;
    let pool = world.transactions.pool().clone();
    let relaying = Transactions::new(pool, SERVICE, &world.settings.topic_prefix);
    let running = world.start_with("a", relaying.clone()).await?;
    world.commit(&add("x", 1)).await?;
    until("it relays", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let mut lock = world.connection().await?;
    sqlx::query("BEGIN").execute(&mut lock).await?;
    sqlx::query("DELETE FROM relay_lease").execute(&mut lock).await?;
    world.commit(&add("x", 2)).await?;
    until("the relay's own commit waits", || world.scalar(COMMITS), |commits| *commits == 1).await?;
    sqlx::query("COMMIT").execute(&mut lock).await?;
    until("it is sent", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let lost = told(&relaying, "store_relay_failures_total{reason=\"lease_lost\"}")?;
    assert!(lost.is_some_and(|times| times >= 1.0), "{lost:?}");
    running.stop().await
}

/// In a backlog rows wait for their neighbours before they are deleted. Here none has more than one, and there are more of
/// them than the relay takes in hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_with_gaps_leaves() -> anyhow::Result<()> {
    const ROWS: usize = 15_000;
    let world = World::new().await?;
    let mut tx = world.transactions.begin().await?;
    for number in 0..ROWS {
        tx.emit(&add(&format!("key-{number}"), 1))?;
    }
    tx.commit().await?;
    let gaps = sqlx::query("DELETE FROM outbox WHERE id % 3 = 0").execute(world.transactions.pool()).await?;
    let kept = ROWS - usize::try_from(gaps.rows_affected())?;
    let running = world.start("a").await?;
    until("the outbox is empty", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    assert_eq!(world.consume_each("order-saga-events", kept)?.0.len(), kept);
    running.stop().await
}

/// Reads go past the ids that were seen, which under a load without a pause are a run that grows and grows. Here one
/// below it is committed when it is long.
#[tokio::test(flavor = "multi_thread")]
async fn what_commits_late_leaves_while_others_keep_coming() -> anyhow::Result<()> {
    const LATE: &str = "SELECT COUNT(*) FROM outbox WHERE event_key = 'late'";
    let world = World::new().await?;
    let mut late = world.connection().await?;
    sqlx::query("BEGIN").execute(&mut late).await?;
    let insert = "INSERT INTO outbox (topic, event_key, event_id, event_type, occurred_at, payload) \
                  VALUES (?, 'late', UNHEX(REPLACE(UUID(), '-', '')), 'Added', NOW(6), ?)";
    let insert = sqlx::query(insert).bind(world.topic("order-saga-events")).bind(encoded(&add("late", 1))?);
    let id = i64::try_from(insert.execute(&mut late).await?.last_insert_id())?;
    let running = world.start_with("a", world.transactions.clone()).await?;
    let commits_late = async {
        let next = "SELECT CAST(auto_increment AS SIGNED) FROM information_schema.tables \
                    WHERE table_schema = DATABASE() AND table_name = 'outbox'";
        until("many others have come", || world.scalar(next), |next| *next > id + 2_000).await?;
        sqlx::query("COMMIT").execute(&mut late).await?;
        until("it leaves", || world.scalar(LATE), |rows| *rows == 0).await
    };
    tokio::select! {
        ended = commit_others(&world) => ended?,
        left = commits_late => left.map(|_| ())?,
    }
    running.stop().await
}

/// Without a pause, and so many at once that the relay has many in hand whenever it looks.
async fn commit_others(world: &World) -> anyhow::Result<()> {
    loop {
        let mut tx = world.transactions.begin().await?;
        for number in 0..32 {
            tx.emit(&add(&format!("other-{number}"), 1))?;
        }
        tx.commit().await?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rolled_back_is_never_sent() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start_with("a", world.transactions.clone()).await?;
    let mut tx = world.transactions.begin().await?;
    tx.emit(&add("dropped", 1))?;
    drop(tx);
    world.commit(&add("kept", 1)).await?;
    let records = world.consume("order-saga-events", 1)?;
    assert_eq!(records[0].0, "kept");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_relays_when_the_holder_is_gone() -> anyhow::Result<()> {
    let world = World::new().await?;
    let first = world.start("a").await?;
    world.commit(&add("x", 1)).await?;
    until("the first relays", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let second = world.start("b").await?;
    // Aborted, not stopped: like a killed process it releases nothing.
    first.task.abort();
    let _ = first.task.await;
    world.commit(&add("x", 2)).await?;
    until("the second has the lease", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let holder: String =
        sqlx::query_scalar("SELECT holder FROM relay_lease").fetch_one(world.transactions.pool()).await?;
    assert_eq!(holder, "b");
    second.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_stop_sends_what_was_committed_and_releases_the_lease() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start_with("a", world.transactions.clone()).await?;
    world.commit(&add("first", 1)).await?;
    world.consume("order-saga-events", 1)?;
    for number in 0..50 {
        world.commit(&add(&format!("key-{number}"), 1)).await?;
    }
    running.stop().await?;
    let left = world.scalar("SELECT COUNT(*) FROM outbox").await?;
    let sent = world.consume("order-saga-events", 51 - usize::try_from(left)?)?.len();
    assert!(sent + usize::try_from(left)? >= 51, "{sent} sent and {left} left of 51: none may be missing");
    assert_eq!(world.scalar("SELECT COUNT(*) FROM relay_lease").await?, 0, "the lease is released");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_too_large_for_the_broker_is_refused_when_it_is_emitted() -> anyhow::Result<()> {
    let world = World::new().await?;
    let mut tx = world.transactions.begin().await?;
    let refused = tx.emit(&add(&"x".repeat(saga_kit::outbox::MAX_EVENT_BYTES), 1));
    assert!(matches!(refused, Err(EmitError::TooLarge { .. })), "{refused:?}");
    Ok(())
}
