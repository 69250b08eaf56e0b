//! What the machinery tells of itself, and the question to the broker.

use std::time::{Duration, Instant};

use clap::Parser;
use saga_kit::{BrokerProbe, SagaSettings};

use crate::world::{SERVICE, World, add, until};

const LIMIT: Duration = Duration::from_millis(900);

#[tokio::test(flavor = "multi_thread")]
async fn each_instance_knows_its_partitions_and_whether_it_relays() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "2"]).await?;
    let first = world.start("a").await?;
    world.commit(&add("x", 1)).await?;
    until("it runs", || world.total("x"), |total| *total == 1).await?;
    let alone = first.status.read();
    assert!(alone.topics_ready && alone.relaying, "{alone:?}");
    let topic = world.topic("order-saga-events");
    assert_eq!(alone.assigned_partitions.into_iter().collect::<Vec<_>>(), [format!("{topic}/0"), format!("{topic}/1")]);

    let second = world.start("b").await?;
    let shared = || async { Ok((first.status.read(), second.status.read())) };
    let halves = until("each has its half", shared, |(first, second)| {
        first.assigned_partitions.len() == 1 && second.assigned_partitions.len() == 1
    });
    let (one, other) = halves.await?;
    assert!(one.assigned_partitions.is_disjoint(&other.assigned_partitions));
    assert!(one.relaying && !other.relaying, "one relays");

    let status = first.status.clone();
    first.stop().await?;
    assert!(status.read().assigned_partitions.is_empty() && !status.read().relaying);
    let heir = || async { Ok(second.status.read()) };
    until("the other has it all", heir, |heir| heir.relaying && heir.assigned_partitions.len() == 2).await?;
    second.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_answers_is_told_from_one_that_is_away() -> anyhow::Result<()> {
    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        saga: SagaSettings,
    }
    let world = World::new().await?;
    let there = BrokerProbe::new(&world.settings, SERVICE)?;
    let look = || async { Ok(there.ask(LIMIT).await) };
    until("it answers", look, Result::is_ok).await?.map_err(anyhow::Error::msg)?;

    let away = BrokerProbe::new(&Cli::try_parse_from(["x", "--kafka-brokers", "127.0.0.1:1"])?.saga, SERVICE)?;
    let asked = Instant::now();
    let mut why = away.ask(LIMIT).await.expect_err("nobody is there");
    assert!(asked.elapsed() < LIMIT * 2, "it took {:?}", asked.elapsed());
    // The client may report its error a moment after the first question has ended.
    if !why.contains("refused") {
        why = away.ask(LIMIT).await.expect_err("nobody is there");
    }
    assert!(why.contains("refused"), "{why}");
    Ok(())
}
