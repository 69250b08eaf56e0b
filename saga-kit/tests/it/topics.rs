//! Topics: made as configured, refused when they are otherwise.

use saga_kit::{ParticipantError, TopicError};

use crate::world::{World, add, until};

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
