//! Parking: one key stops, in order; the others go on; a replay brings it home.

use saga_kit::parking;

use crate::world::{Added, Fault, World, add, encoded, registry, until};

fn failing(counter: &str, amount: i64) -> Added {
    Added { fault: Some(Fault::UntilMended), ..add(counter, amount) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_event_stops_its_key_alone_and_replay_brings_it_home_in_order() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    world.commit(&add("bad", 1)).await?;
    world.commit(&failing("bad", 10)).await?;
    world.commit(&add("bad", 100)).await?;
    world.commit(&add("good", 1)).await?;
    let parked = || parking::list(world.transactions.pool(), 0, 10);
    let events = until("two are parked", || async { Ok(parked().await?) }, |parked: &Vec<_>| parked.len() == 2).await?;
    until("the other key goes on", || world.total("good"), |total| *total == 1).await?;
    assert_eq!(world.total("bad").await?, 1, "what came before the failure is done, what comes after waits");
    let causes: Vec<&str> = events.iter().map(|event| event.cause.as_str()).collect();
    assert_eq!(causes, ["failed", "behind"]);
    assert!(events[0].error.contains("not mended yet"), "{}", events[0].error);

    let registry = registry();
    let stopped = parking::replay(&world.transactions, &registry, b"bad").await?;
    assert_eq!(stopped.handled, 0);
    assert!(stopped.stopped_by.is_some_and(|error| error.contains("not mended yet")));
    assert_eq!(parked().await?.len(), 2, "a replay that fails loses nothing");

    sqlx::query("INSERT INTO mended VALUES (1)").execute(world.transactions.pool()).await?;
    let home = parking::replay(&world.transactions, &registry, b"bad").await?;
    assert_eq!((home.handled, home.stopped_by), (2, None));
    assert_eq!(world.total("bad").await?, 111);
    assert!(parked().await?.is_empty());
    world.commit(&add("bad", 1_000)).await?;
    until("the key goes on by itself", || world.total("bad"), |total| *total == 1_111).await?;
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tries_again_what_passes_by_itself_and_stops_at_what_does_not() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    world.commit(&failing("bad", 1)).await?;
    world.commit(&Added { fault: Some(Fault::Twice), ..add("bad", 10) }).await?;
    world.commit(&Added { fault: Some(Fault::Ever), ..add("bad", 100) }).await?;
    let parked = || world.scalar("SELECT COUNT(*) FROM parked_events");
    until("all are parked", parked, |parked| *parked == 3).await?;
    sqlx::query("INSERT INTO mended VALUES (1)").execute(world.transactions.pool()).await?;
    let replayed = parking::replay(&world.transactions, &registry(), b"bad").await?;
    assert_eq!((replayed.handled, world.total("bad").await?), (2, 11), "{replayed:?}");
    assert!(replayed.stopped_by.is_some_and(|error| error.contains("something is in the way")));
    assert_eq!(parked().await?, 1, "it stays for the next replay");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replays_at_once_handle_each_event_once() -> anyhow::Result<()> {
    const EVENTS: u32 = 40;
    let world = World::new().await?;
    let running = world.start("a").await?;
    for _ in 0..EVENTS {
        world.commit(&failing("bad", 1)).await?;
    }
    let parked = || world.scalar("SELECT COUNT(*) FROM parked_events");
    until("all are parked", parked, |parked| *parked == i64::from(EVENTS)).await?;
    sqlx::query("INSERT INTO mended VALUES (1)").execute(world.transactions.pool()).await?;
    let registry = registry();
    let replay = || parking::replay(&world.transactions, &registry, b"bad");
    let (one, other) = tokio::try_join!(replay(), replay())?;
    assert_eq!((one.handled + other.handled, &one.stopped_by, &other.stopped_by), (EVENTS, &None, &None));
    assert_eq!((world.total("bad").await?, parked().await?), (i64::from(EVENTS), 0));
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_set_aside_with_its_bytes_and_the_partition_goes_on() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let running = world.start("a").await?;
    world.commit(&add("first", 1)).await?;
    until("the topics are there", || world.total("first"), |total| *total == 1).await?;
    // Each with an id of its own; with the same one, all but the first would be duplicates.
    let event = |from: &str, to: &str| -> anyhow::Result<Vec<u8>> {
        Ok(String::from_utf8(encoded(&add("x", 1))?)?.replace(from, to).into_bytes())
    };
    let garbage: [(&str, Vec<u8>); 5] = [
        ("", b"\xff\xfe not JSON".to_vec()),
        ("k1", b"{\"event_id\": 1}".to_vec()),
        ("k2", event("\"Added\"", "\"NeverHeardOf\"")?),
        ("k3", event("\"version\":1", "\"version\":99")?),
        ("k4", event("\"amount\":1", "\"amount\":\"many\"")?),
    ];
    for (key, bytes) in &garbage {
        world.produce("order-saga-events", key, bytes).await?;
    }
    world.commit(&add("last", 1)).await?;
    until("the partition goes on", || world.total("last"), |total| *total == 1).await?;
    let parked = parking::list(world.transactions.pool(), 0, 10).await?;
    assert_eq!(parked.len(), 5, "{parked:?}");
    for (event, (_, bytes)) in parked.iter().zip(&garbage) {
        let (_, kept) = parking::show(world.transactions.pool(), event.id).await?.expect("it is there");
        assert_eq!(kept, *bytes, "the bytes are kept as they came");
    }
    let errors: Vec<&str> = parked.iter().map(|event| event.error.as_str()).collect();
    assert!(errors[2].contains("NeverHeardOf"), "{errors:?}");
    assert!(errors[3].contains("99"), "{errors:?}");
    let copies = world.consume("counter.dlq", 5)?;
    assert!(copies.iter().any(|(key, bytes)| key == "k2" && *bytes == garbage[2].1), "a copy is in the dlq");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_event_is_kept_with_its_reason_and_the_rest_can_be_replayed() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    world.commit(&failing("bad", 10)).await?;
    world.commit(&add("bad", 100)).await?;
    let pool = world.transactions.pool();
    let parked = || async { Ok(parking::list(pool, 0, 10).await?) };
    let events = until("two are parked", parked, |parked: &Vec<_>| parked.len() == 2).await?;
    assert!(parking::discard(&world.transactions, events[0].id, "sent by mistake").await?);
    assert!(!parking::discard(&world.transactions, events[0].id, "again").await?, "it is gone already");
    let reason: String = sqlx::query_scalar("SELECT reason FROM discarded_events").fetch_one(pool).await?;
    assert_eq!(reason, "sent by mistake");
    let home = parking::replay(&world.transactions, &registry(), b"bad").await?;
    assert_eq!((home.handled, world.total("bad").await?), (1, 100));
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_emits_what_the_map_does_not_allow_is_stopped() -> anyhow::Result<()> {
    let world = World::new().await?;
    let running = world.start("a").await?;
    world.commit(&Added { fault: Some(Fault::Undeclared), ..add("x", 1) }).await?;
    let parked = || async { Ok(parking::list(world.transactions.pool(), 0, 10).await?) };
    let events = until("it is parked", parked, |parked: &Vec<_>| parked.len() == 1).await?;
    assert!(events[0].error.contains("emitted Added"), "{}", events[0].error);
    assert_eq!(world.total("x").await?, 0, "nothing of it was committed");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_parks_its_event_and_the_partition_goes_on() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let running = world.start("a").await?;
    world.commit(&Added { fault: Some(Fault::Panic), ..add("bad", 1) }).await?;
    world.commit(&add("good", 1)).await?;
    until("the other key goes on", || world.total("good"), |total| *total == 1).await?;
    let parked = parking::list(world.transactions.pool(), 0, 10).await?;
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert!(parked[0].error.contains("panicked: planted"), "{}", parked[0].error);
    running.stop().await
}

/// Whatever somebody writes to a topic, it can be parked, and its copy can be sent.
#[tokio::test(flavor = "multi_thread")]
async fn garbage_of_any_size_is_parked_and_its_copy_leaves_the_outbox() -> anyhow::Result<()> {
    let world = World::with(&["--topic-partitions", "1"]).await?;
    let running = world.start("a").await?;
    world.commit(&add("first", 1)).await?;
    until("the topics are there", || world.total("first"), |total| *total == 1).await?;
    let long_type =
        String::from_utf8(encoded(&add("x", 1))?)?.replace("\"Added\"", &format!("\"{}\"", "T".repeat(900)));
    world.produce("order-saga-events", "k1", long_type.as_bytes()).await?;
    world.produce("order-saga-events", &"k".repeat(700), &vec![b'x'; 999_000]).await?;
    world.commit(&add("last", 1)).await?;
    until("the partition goes on", || world.total("last"), |total| *total == 1).await?;
    until("the copies are sent", || world.scalar("SELECT COUNT(*) FROM outbox"), |rows| *rows == 0).await?;
    let counts = parking::count(world.transactions.pool()).await?;
    assert_eq!(counts.get("unreadable"), Some(&2), "{counts:?}");
    let parked = parking::list(world.transactions.pool(), 0, 10).await?;
    let (_, bytes) = parking::show(world.transactions.pool(), parked[1].id).await?.expect("it is there");
    assert_eq!(bytes.len(), 999_000, "the whole is kept");
    running.stop().await
}
