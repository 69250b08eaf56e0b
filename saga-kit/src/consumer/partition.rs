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

/// Events that share a transaction at most. Larger ones hold row locks longer and gain little.
const MAX_BATCH: usize = 128;

/// A partition with more than this many messages waiting here has enough: nothing more is taken from the broker's
/// client, whose own queue then fills, and no more is fetched ...
const ENOUGH: usize = 2_048;

/// ... until fewer than this many are left.
const FEW: usize = 1_536;

/// A partition that has enough for longer than this must not keep the others waiting: it is paused at the client.
/// Not earlier, because where all its partitions are paused a client waits for no answer of the broker, and notices up
/// to a second later that it may go on (`docs/adr/0028-a-full-partition-holds-the-loop-for-a-moment.md`).
const STANDS_STILL: Duration = Duration::from_millis(500);

/// How much waits for a partition's worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backlog {
    /// It could take more.
    Few,
    /// Enough, since then.
    Enough(Instant),
    /// Enough for long: the partition is paused.
    StandsStill,
}

impl Backlog {
    /// Whether the loop waits for the worker.
    pub fn is_enough(&self) -> bool {
        matches!(self, Self::Enough(_))
    }

    fn after(self, waiting: usize, now: Instant) -> Self {
        match self {
            Self::Few if waiting > ENOUGH => Self::Enough(now),
            Self::Enough(_) | Self::StandsStill if waiting < FEW => Self::Few,
            Self::Enough(since) if now.duration_since(since) > STANDS_STILL => Self::StandsStill,
            as_before => as_before,
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

    /// Queues a message.
    pub fn push(&mut self, message: Message) {
        // A send fails only when the worker has stopped; the message comes again after the restart.
        let _ = self.queue.send(message);
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed) + 1;
        if waiting > ENOUGH {
            self.backlog = self.backlog.after(waiting, Instant::now());
        }
    }

    /// Looks again at how many wait, and tells what it was before and is now.
    pub fn look(&mut self, now: Instant) -> (Backlog, Backlog) {
        let before = self.backlog;
        self.backlog = before.after(self.waiting.load(Ordering::Relaxed), now);
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
    fn a_worker_that_stands_still_keeps_the_loop_waiting_for_half_a_second() {
        let now = Instant::now();
        let enough = Backlog::Few.after(ENOUGH + 1, now);
        assert_eq!((Backlog::Few.after(ENOUGH, now), enough), (Backlog::Few, Backlog::Enough(now)));
        assert_eq!(enough.after(FEW, now + STANDS_STILL), enough, "it has still enough, and may go on");
        let stands_still = enough.after(FEW, now + 2 * STANDS_STILL);
        assert_eq!(stands_still, Backlog::StandsStill);
        assert_eq!([enough, stands_still].map(|backlog| backlog.after(FEW - 1, now)), [Backlog::Few; 2]);
    }
}
