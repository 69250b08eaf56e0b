//! The worker of one partition: takes what is there, has it handled, then stores the offset.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::consumer::batch::Processor;
use crate::consumer::context::Context;
use crate::consumer::message::Message;
use crate::consumer::taking;
use crate::consumer::turns::{Turn, Turns};
use crate::mutation::{self, Mutation};
use crate::subject::{Subject, about};

/// Events that share a transaction at most: with 128 a handler of one insert took half as much time again
/// (`docs/bench/notes.md`). What is longer holds its row locks longer.
const MAX_BATCH: usize = 512;

/// A partition with more than this many messages waiting here has enough: it is paused at the broker's client ...
const ENOUGH: usize = 2_048;

/// ... until fewer than this many are left.
const FEW: usize = 1_536;

/// Where all partitions have enough, the loop takes no more instead of pausing the last of them: a client whose
/// partitions are all paused waits for no answer of the broker, and notices up to a second later that it may go on
/// (`docs/adr/0028-the-last-partition-holds-the-loop.md`). After this long it is paused all the same, for the sake of
/// those that have had no message yet.
const MAX_HOLD: Duration = Duration::from_millis(500);

/// How much waits for a partition's worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backlog {
    /// It can take more.
    Few,
    /// Enough, since then; the loop takes no more.
    Enough(Instant),
    /// Enough; the partition is paused.
    Paused,
}

impl Backlog {
    /// What it is now, where so many messages wait, and others can take more or not.
    fn after(self, waiting: usize, others_take_more: bool, now: Instant) -> Self {
        match self {
            Self::Enough(_) | Self::Paused if waiting < FEW => Self::Few,
            Self::Few if waiting <= ENOUGH => Self::Few,
            Self::Paused => Self::Paused,
            Self::Few | Self::Enough(_) if others_take_more => Self::Paused,
            Self::Few => Self::Enough(now),
            Self::Enough(since) if now.duration_since(since) > MAX_HOLD => Self::Paused,
            Self::Enough(since) => Self::Enough(since),
        }
    }
}

/// What the consumer's loop holds of a worker. Dropping it stops the worker after the batch in hand.
pub(super) struct Partition {
    queue: mpsc::UnboundedSender<Message>,
    waiting: Arc<AtomicUsize>,
    stop: CancellationToken,
    pub backlog: Backlog,
}

impl Partition {
    /// Starts the worker. Its queue has no bound of its own because the loop takes no more from the client instead.
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
        Self { queue, waiting, stop, backlog: Backlog::Few }
    }

    /// Queues a message, and tells whether the partition now has more than enough.
    pub fn push(&self, message: Message) -> bool {
        // Counted first: the worker may be done with it before the next line.
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed) + 1;
        // A send fails only when the worker has stopped; the message comes again after the restart.
        let _ = self.queue.send(message);
        waiting > ENOUGH
    }

    /// Looks at how many wait, and tells what it was before and is now.
    pub fn look(&mut self, others_take_more: bool, now: Instant) -> (Backlog, Backlog) {
        let before = self.backlog;
        self.backlog = before.after(self.waiting.load(Ordering::Relaxed), others_take_more, now);
        (before, self.backlog)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_partition_is_paused_while_others_take_more() {
        let now = Instant::now();
        assert_eq!(Backlog::Few.after(ENOUGH, true, now), Backlog::Few);
        assert_eq!(Backlog::Few.after(ENOUGH + 1, true, now), Backlog::Paused);
        assert_eq!(Backlog::Paused.after(FEW, true, now), Backlog::Paused, "it has still enough");
        assert_eq!(Backlog::Paused.after(FEW - 1, true, now), Backlog::Few);
    }

    #[test]
    fn the_last_holds_the_loop_for_a_while() {
        let now = Instant::now();
        let enough = Backlog::Few.after(ENOUGH + 1, false, now);
        assert_eq!(enough, Backlog::Enough(now));
        assert_eq!(enough.after(FEW, false, now + MAX_HOLD), enough);
        assert_eq!(enough.after(FEW - 1, false, now), Backlog::Few);
        assert_eq!(enough.after(FEW, true, now), Backlog::Paused, "another goes on");
        assert_eq!(enough.after(FEW, false, now + 2 * MAX_HOLD), Backlog::Paused);
    }
}
