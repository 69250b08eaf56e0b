//! The bare relay: reads by range, produces, deletes by range; the three overlap through bounded channels.
//!
//! It is no outbox relay: it has no lease, no headers, no retry and no order by key, it takes what it reads for
//! durable, and a transaction that commits late is lost for it. It is how fast the same servers can move the same
//! rows, and nothing else.

use anyhow::Result;
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord};
use sqlx::MySqlPool;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::topic::client;

/// Rows in one read; that many are produced, and deleted, together.
const RANGE: u32 = 2_000;
/// Ranges between two stages.
const AHEAD: usize = 4;

type Rows = Vec<(u64, String, Vec<u8>)>;
/// The last id of a range, and what the broker will answer for each of its rows.
type InFlight = (u64, Vec<DeliveryFuture>);

/// The client that it sends with.
pub(crate) fn producer(brokers: &str) -> Result<FutureProducer> {
    let mut client = client(brokers);
    client.set("acks", "all").set("linger.ms", "1").set("queue.buffering.max.messages", "100000");
    Ok(client.create()?)
}

/// Moves everything that the outbox has to a topic, and tells how much that was.
pub(crate) async fn relay(pool: &MySqlPool, producer: FutureProducer, topic: &str) -> Result<u64> {
    let (rows, to_send) = mpsc::channel(AHEAD);
    let (in_flight, to_delete) = mpsc::channel(AHEAD);
    let reading = tokio::spawn(read(pool.clone(), rows));
    // A clone: the last producer that goes takes with it what the broker has not answered for.
    let sending = tokio::spawn(send(producer.clone(), topic.to_owned(), to_send, in_flight));
    let deleted = delete(pool, to_delete).await?;
    reading.await??;
    sending.await??;
    Ok(deleted)
}

async fn read(pool: MySqlPool, rows: Sender<Rows>) -> Result<()> {
    let mut after = 0;
    let select = "SELECT id, event_key, payload FROM outbox WHERE id > ? ORDER BY id LIMIT ?";
    loop {
        let read: Rows = sqlx::query_as(select).bind(after).bind(RANGE).fetch_all(&pool).await?;
        let Some((last, ..)) = read.last() else { return Ok(()) };
        after = *last;
        rows.send(read).await?;
    }
}

async fn send(
    producer: FutureProducer,
    topic: String,
    mut rows: Receiver<Rows>,
    in_flight: Sender<InFlight>,
) -> Result<()> {
    while let Some(rows) = rows.recv().await {
        let mut answers = Vec::with_capacity(rows.len());
        for (_, key, payload) in &rows {
            let record = FutureRecord::to(&topic).key(key).payload(payload);
            answers.push(producer.send_result(record).map_err(|(error, _)| error)?);
        }
        let Some((last, ..)) = rows.last() else { continue };
        in_flight.send((*last, answers)).await?;
    }
    Ok(())
}

async fn delete(pool: &MySqlPool, mut in_flight: Receiver<InFlight>) -> Result<u64> {
    let (mut first, mut deleted) = (0, 0);
    while let Some((last, answers)) = in_flight.recv().await {
        for answer in answers {
            answer.await?.map_err(|(error, _)| error)?;
        }
        let delete = sqlx::query("DELETE FROM outbox WHERE id BETWEEN ? AND ?").bind(first).bind(last);
        deleted += delete.execute(pool).await?.rows_affected();
        first = last + 1;
    }
    Ok(deleted)
}
