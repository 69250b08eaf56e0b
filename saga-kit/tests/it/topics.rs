//! Topics: made as configured, refused when they are otherwise.

use chrono::{TimeDelta, Utc};
use saga_kit::clock::{Clock, Ids};
use saga_kit::{ParticipantError, TopicError, Transactions};

use crate::world::{SERVICE, World, add, until};

/// The topic of `Added`.
const TOPIC: &str = "order-saga-events";

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_with_another_number_of_partitions_is_refused_by_name() -> anyhow::Result<()> {
    let mut world = World::new().await?;
    let running = world.start("a").await?;
    world.commit(&add("x", 1)).await?;
    until("it runs", || world.total("x"), |total| *total == 1).await?;
    running.stop().await?;
    world.settings.topic_partitions = 8;
    let refused = world.start("a").await?.task.await?.expect_err("refused");
    assert!(
        matches!(&refused, ParticipantError::Topics(TopicError::Partitions { found: 4, wanted: 8, topic })
            if *topic == world.topic("counter.dlq")),
        "{refused}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_forgets_too_early_is_refused() -> anyhow::Result<()> {
    let world = World::with(&["--inbox-retention-hours", "170"]).await?;
    let refused = world.start("a").await?.task.await?.expect_err("refused");
    assert!(matches!(&refused, ParticipantError::Topics(TopicError::Retention { .. })), "{refused}");
    assert!(refused.to_string().contains("--inbox-retention-hours"), "it names the setting: {refused}");
    Ok(())
}

/// More events than before, so that a reader that went on at its old place would pass over the first of them.
async fn comes_home(world: &World) -> anyhow::Result<()> {
    until("everything is handled, and the topic's first events too", || world.total("x"), |total| *total == 35).await?;
    assert_eq!(world.scalar("SELECT COUNT(*) FROM inbox").await?, 35, "each event once");
    Ok(())
}

async fn commit(world: &World, count: usize) -> anyhow::Result<()> {
    for _ in 0..count {
        world.commit(&add("x", 1)).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_deleted_under_a_running_service_comes_back_and_nothing_is_passed_over() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    commit(&world, 5).await?;
    until("it runs", || world.total("x"), |total| *total == 5).await?;
    world.delete_topic(TOPIC).await?;
    let why = async || Ok(running.status.read().missing_topic);
    let told = until("it says so", why, Option::is_some).await?.unwrap_or_default();
    assert!(told.starts_with(&format!("topic {} was deleted; ", world.topic(TOPIC))), "{told}");
    assert!(!running.status.read().topics_ready);
    commit(&world, 30).await?;
    comes_home(&world).await?;
    assert_eq!(running.status.read().missing_topic, None);
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_was_deleted_while_nobody_looked_is_left_missing_until_all_have_seen_it() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    commit(&world, 5).await?;
    until("it runs", || world.total("x"), |total| *total == 5).await?;
    running.stop().await?;
    world.delete_topic(TOPIC).await?;
    commit(&world, 30).await?;
    let running = world.start("a").await?;
    let why = async || Ok(running.status.read().missing_topic);
    until("it says so", why, Option::is_some).await?;
    comes_home(&world).await?;
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_hours_ahead_stops_no_event() -> anyhow::Result<()> {
    let world = World::new().await?;
    let ahead = Clock::from_fn(|| Utc::now() + TimeDelta::hours(3));
    let pool = world.transactions.pool().clone();
    let transactions = Transactions::with_sources(pool, SERVICE, &world.settings.topic_prefix, (ahead, Ids::v7()));
    let running = world.start_with("a", transactions.clone()).await?;
    let mut tx = transactions.begin().await?;
    tx.emit(&add("x", 1))?;
    tx.commit().await?;
    until("it is handled", || world.total("x"), |total| *total == 1).await?;
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_counts_the_age_of_an_event_from_its_arrival() -> anyhow::Result<()> {
    let world = World::new().await?;
    let long_ago = Clock::from_fn(|| Utc::now() - TimeDelta::days(30));
    let pool = world.transactions.pool().clone();
    let transactions = Transactions::with_sources(pool, SERVICE, &world.settings.topic_prefix, (long_ago, Ids::v7()));
    let before = Utc::now();
    let running = world.start_with("a", transactions.clone()).await?;
    let mut tx = transactions.begin().await?;
    tx.emit(&add("x", 1))?;
    tx.commit().await?;
    until("it is handled", || world.total("x"), |total| *total == 1).await?;
    // An event that waited in the outbox for longer than topics keep events would otherwise be deleted on arrival.
    let at = world.timestamps(TOPIC, 1)?;
    assert!(at.iter().all(|at| *at >= before.timestamp_millis()), "{at:?} since {before}");
    running.stop().await
}
