//! The bare consumer: reads a topic, inserts what is there, stores the offset. One worker a partition, as saga-kit has;
//! no inbox, no envelope that is read, no parking, no retry.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::Message as _;
use sqlx::{MySqlPool, QueryBuilder};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

use crate::topic::client;

/// Rows that are inserted together at most, as many as share a transaction in saga-kit.
const MAX_BATCH: usize = 512;
/// Messages that wait for a worker.
const QUEUE: usize = 1_024;
/// How long nothing may happen.
const LIMIT: Duration = Duration::from_mins(2);

/// How rows are inserted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Insert {
    /// A batch is one statement.
    Together,
    /// A batch is one transaction, with a statement for each row.
    OneByOne,
}

/// The number of a message, and its offset.
type Read = (u64, i64);

/// Reads so many messages of a topic, whose keys are numbers, into the notes.
pub(crate) async fn consume(
    (pool, brokers): (&MySqlPool, &str),
    (topic, group): (&str, &str),
    messages: u64,
    insert: Insert,
) -> Result<()> {
    let consumer: Arc<StreamConsumer> = Arc::new(
        client(brokers)
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.offset.store", "false")
            .create()?,
    );
    consumer.subscribe(&[topic])?;
    let done = Arc::new(AtomicU64::new(0));
    let mut queues: HashMap<i32, Sender<Read>> = HashMap::new();
    let mut workers = JoinSet::new();
    let began = Instant::now();
    for _ in 0..messages {
        ensure!(began.elapsed() < LIMIT, "the bare consumer has not read {messages} messages within {LIMIT:?}");
        let message = tokio::time::timeout(LIMIT, consumer.recv()).await??;
        let partition = message.partition();
        let queue = queues.entry(partition).or_insert_with(|| {
            let (queue, reads) = channel(QUEUE);
            let place = (Arc::clone(&consumer), topic.to_owned(), partition);
            workers.spawn(work(pool.clone(), reads, place, (Arc::clone(&done), insert)));
            queue
        });
        let number = std::str::from_utf8(message.key().unwrap_or_default())?.parse()?;
        queue.send((number, message.offset())).await?;
    }
    drop(queues);
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    ensure!(done.load(Ordering::Relaxed) == messages, "the bare consumer inserted {done:?} of {messages}");
    Ok(())
}

async fn work(
    pool: MySqlPool,
    mut reads: Receiver<Read>,
    (consumer, topic, partition): (Arc<StreamConsumer>, String, i32),
    (done, insert): (Arc<AtomicU64>, Insert),
) -> Result<()> {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while reads.recv_many(&mut batch, MAX_BATCH).await > 0 {
        match insert {
            Insert::Together => {
                let mut insert = QueryBuilder::new("INSERT INTO notes (number) ");
                insert.push_values(&batch, |mut row, (number, _)| {
                    row.push_bind(*number);
                });
                insert.build().persistent(batch.len() == MAX_BATCH).execute(&pool).await?;
            }
            Insert::OneByOne => {
                let mut tx = pool.begin().await?;
                for (number, _) in &batch {
                    sqlx::query("INSERT INTO notes (number) VALUES (?)").bind(number).execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
        }
        if let Some((_, offset)) = batch.last() {
            consumer.store_offset(&topic, partition, *offset)?;
        }
        done.fetch_add(batch.len() as u64, Ordering::Relaxed);
        batch.clear();
    }
    Ok(())
}
