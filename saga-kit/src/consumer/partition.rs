//! The worker of one partition: takes what is there, has it handled, then stores the offset.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::consumer::batch::Processor;
use crate::consumer::context::Context;
use crate::consumer::message::Message;
use crate::consumer::taking;
use crate::consumer::turns::{Turn, Turns};
use crate::mutation::{self, Mutation};
use crate::subject::{Subject, about};

/// Events that share a transaction at most. Larger ones hold row locks longer and gain little.
const MAX_BATCH: usize = 128;

/// A partition that has more than this many messages waiting here is paused at the broker's client ...
pub(super) const PAUSE_ABOVE: usize = 2_048;

/// ... and goes on when fewer than this many are left: enough for the second that the client may take to notice. Where
/// all its partitions were paused it waits for no answer of the broker, and looks up only then.
pub(super) const RESUME_BELOW: usize = 1_536;

/// What the consumer's loop holds of a worker. Dropping it stops the worker after the batch in hand.
pub(super) struct Partition {
    queue: mpsc::UnboundedSender<Message>,
    waiting: Arc<AtomicUsize>,
    stop: CancellationToken,
    /// Whether the broker's client was told to fetch no more for now.
    pub paused: bool,
}

impl Partition {
    /// Starts the worker. Its queue has no bound of its own because the loop pauses the partition instead: the
    /// loop must never wait for one partition, or the others and the group's heartbeat would wait too.
    pub fn start(
        consumer: Arc<StreamConsumer<Context>>,
        processor: Processor,
        stop: CancellationToken,
        workers: &mut JoinSet<()>,
    ) -> Self {
        let (queue, messages) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let work = work(consumer, processor, (messages, Arc::clone(&waiting)), stop.clone());
        workers.spawn(about(Subject::default(), work));
        Self { queue, waiting, stop, paused: false }
    }

    /// Queues a message and tells how many wait.
    pub fn push(&self, message: Message) -> usize {
        // A send fails only when the worker has stopped; the message comes again after the restart.
        let _ = self.queue.send(message);
        self.waiting.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Drop for Partition {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn work(
    consumer: Arc<StreamConsumer<Context>>,
    processor: Processor,
    (mut messages, waiting): (mpsc::UnboundedReceiver<Message>, Arc<AtomicUsize>),
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    loop {
        batch.clear();
        // Waits for a turn, and for no more events than are there: a lone one is handled at once.
        let turn = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            turn = take(&mut messages, &mut batch, &processor.turns) => turn,
        };
        taking::taken(&mut batch, &processor);
        if mutation::is_on(Mutation::OffsetBeforeCommit)
            && let Some(last) = batch.last()
        {
            let _ = consumer.store_offset(&last.topic, last.partition, last.offset);
            let _ = consumer.commit_consumer_state(CommitMode::Sync);
        }
        if batch.is_empty() || processor.process(&batch, turn, &stop).await.is_err() {
            return;
        }
        waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        let Some(last) = batch.last() else { continue };
        // After the commit, never before: a kill between the two brings the events again, and the inbox skips
        // them. Storing fails when the partition was taken away meanwhile; its new owner skips them too.
        if let Err(error) = consumer.store_offset(&last.topic, last.partition, last.offset) {
            debug!(%error, topic = last.topic, partition = last.partition, "an offset was not stored");
        }
    }
}

/// Waits for messages, then for a turn; what has come meanwhile goes along. Without a message the queue is at its end.
async fn take(messages: &mut mpsc::UnboundedReceiver<Message>, batch: &mut Vec<Message>, turns: &Turns) -> Turn {
    messages.recv_many(batch, MAX_BATCH).await;
    let turn = turns.take().await;
    while batch.len() < MAX_BATCH
        && let Ok(message) = messages.try_recv()
    {
        batch.push(message);
    }
    turn
}
