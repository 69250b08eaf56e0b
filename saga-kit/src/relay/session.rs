//! One time of holding the lease: read ahead, send, hear, delete, until the lease is lost or the stop comes.
//!
//! Reading, sending and deleting overlap. No cursor is kept: within a session `after` skips what was just read, and
//! it returns to the lowest id whenever the end is reached, because a transaction with a lower id may commit later. A
//! read from there goes past the ids that were [`seen`](super::seen) where nothing is below them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::error::KafkaError;
use sqlx::MySqlPool;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::publisher::{Answer, Pace, Publisher};
use super::reader::{self, Connections, OutboxRow, READ_LIMIT, Start};
use super::window::Window;
use crate::clock::Clock;
use crate::crash_point::{self, Place};
use crate::metrics::{Metrics, RelayFailure};
use crate::transaction::Committed;

/// Answers taken at once.
const ANSWERS: usize = 1_024;

/// Full reads in a row before it returns to the lowest id, so that a long backlog cannot hide a late commit.
const MAX_READS_AHEAD: u32 = 64;

/// With this many in flight the messages of a read have company; with this many in hand it is worth a look for a row
/// below not to read them again.
const MANY: usize = 8;

/// In a backlog, rows are deleted by so many that follow each other without a gap. Answers come a partition at a time,
/// so what is acknowledged at once lies scattered, and a row of its own costs the server two and a half times as much
/// (`docs/bench/notes.md`).
const RUN: usize = 64;

/// How long a stop waits for the broker to answer for what is in flight.
const DRAIN: Duration = Duration::from_secs(2);

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionEnd {
    /// As asked; what could be sent was sent.
    #[error("stopped")]
    Stopped,
    /// Another instance may hold the lease now.
    #[error("the lease is lost")]
    LeaseLost,
    /// The database failed; the next session begins from the table.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The client failed for good; the next session has a new one.
    #[error("the Kafka producer failed: {0}")]
    Producer(KafkaError),
}

impl SessionEnd {
    /// What it is counted as.
    pub fn failure(&self) -> Option<RelayFailure> {
        match self {
            Self::Stopped => None,
            Self::LeaseLost => Some(RelayFailure::LeaseLost),
            Self::Database(_) => Some(RelayFailure::DatabaseFailed),
            Self::Producer(_) => Some(RelayFailure::ProducerFailed),
        }
    }
}

type Work<T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send>>;

/// See the module's text.
pub(super) struct Session {
    connections: Arc<Connections>,
    publisher: Publisher,
    answers: mpsc::UnboundedReceiver<Answer>,
    window: Window,
    after: u64,
    reads_ahead: u32,
    /// Something may be in the table that was not read yet.
    look: bool,
    read: Option<Work<Vec<OutboxRow>>>,
    delete: Option<Work<Vec<u64>>>,
    /// Deleted while a read was under way that may still have seen them.
    deleted: Vec<u64>,
    committed: Arc<Committed>,
    metrics: Arc<Metrics>,
    clock: Clock,
}

impl Session {
    pub fn new(
        pool: MySqlPool,
        (publisher, answers): (Publisher, mpsc::UnboundedReceiver<Answer>),
        (committed, metrics, clock): (Arc<Committed>, Arc<Metrics>, Clock),
    ) -> Self {
        let window = Window::default();
        Self {
            connections: Arc::new(Connections::new(pool)),
            publisher,
            answers,
            window,
            after: 0,
            reads_ahead: 0,
            look: true,
            read: None,
            delete: None,
            deleted: Vec::new(),
            committed,
            metrics,
            clock,
        }
    }

    /// Relays until the stop comes or something fails; dropped, it ends at once and the table has the rest.
    pub async fn run(mut self, (wake, poll): (&Arc<Notify>, Duration), stop: &CancellationToken) -> SessionEnd {
        let mut tick = tokio::time::interval(poll);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut heard = Vec::with_capacity(ANSWERS);
        let mut drain_until: Option<Instant> = None;
        loop {
            if drain_until.is_none() && stop.is_cancelled() {
                drain_until = Some(Instant::now() + DRAIN);
            }
            self.start_work(drain_until.is_some());
            if drain_until.is_some() && self.is_drained() {
                return SessionEnd::Stopped;
            }
            let progress = tokio::select! {
                rows = pending(&mut self.read), if self.read.is_some() => { self.read = None; self.after_read(rows) }
                ids = pending(&mut self.delete), if self.delete.is_some() => { self.delete = None; self.after_delete(ids) }
                _ = self.answers.recv_many(&mut heard, ANSWERS) => self.after_answers(&mut heard),
                () = wake.notified() => { self.look = true; Ok(()) }
                _ = tick.tick() => { self.look = true; self.window.tick(); Ok(()) }
                () = stop.cancelled(), if drain_until.is_none() => Ok(()),
                () = tokio::time::sleep_until(drain_until.unwrap_or_else(Instant::now)), if drain_until.is_some() => {
                    warn!(in_flight = self.window.in_flight(), "stopped before the broker answered; the rows stay");
                    return SessionEnd::Stopped;
                }
            };
            if let Err(end) = progress {
                return end;
            }
        }
    }

    fn start_work(&mut self, stopping: bool) {
        if self.look && self.read.is_none() && !stopping && self.window.has_room() {
            // Cleared before the read: what is committed during it sets it again.
            self.look = false;
            if self.after == 0 {
                self.window.begin_pass(Instant::now());
            }
            let seen = if self.after == 0 && self.window.in_hand() >= MANY { self.window.seen() } else { None };
            let start = seen.map_or(Start::Behind(self.after), Start::BehindUnlessBelow);
            let (connections, committed) = (Arc::clone(&self.connections), Arc::clone(&self.committed));
            self.read = Some(Box::pin(reader::read(connections, start, committed)));
        }
        if self.delete.is_none() && self.window.has_acknowledged() {
            // More is there to be read, and on its way are neighbours of what came alone.
            let is_backlog = self.after > 0 && self.window.in_flight() >= MANY && !stopping;
            let ids = if is_backlog { self.window.take_runs(RUN) } else { self.window.take_acknowledged() };
            if !ids.is_empty() {
                self.delete = Some(Box::pin(reader::delete(Arc::clone(&self.connections), ids)));
            }
        }
    }

    fn is_drained(&self) -> bool {
        self.window.in_flight() == 0 && self.delete.is_none() && !self.window.has_acknowledged()
    }

    fn after_read(&mut self, rows: Result<Vec<OutboxRow>, sqlx::Error>) -> Result<(), SessionEnd> {
        let rows = match rows {
            Err(sqlx::Error::RowNotFound) => return Err(SessionEnd::LeaseLost),
            rows => rows?,
        };
        self.reads_ahead += 1;
        match rows.last() {
            Some(last) if rows.len() == READ_LIMIT && self.reads_ahead < MAX_READS_AHEAD => {
                self.after = last.id;
                self.look = true;
            }
            _ => {
                self.look |= rows.len() == READ_LIMIT;
                self.after = 0;
                self.reads_ahead = 0;
            }
        }
        let before = self.window.in_hand();
        let send = self.window.admit(rows);
        self.metrics.relay_took(self.window.in_hand() - before);
        self.window.deleted(&std::mem::take(&mut self.deleted));
        let pace = if self.window.in_flight() < MANY { Pace::Prompt } else { Pace::Patient };
        send.iter().try_for_each(|row| self.send(row, pace))
    }

    fn after_delete(&mut self, ids: Result<Vec<u64>, sqlx::Error>) -> Result<(), SessionEnd> {
        let ids = ids?;
        if self.read.is_some() {
            // The read may have begun before the delete: forgotten now, its rows would be sent a second time.
            self.deleted.extend(ids);
        } else {
            self.window.deleted(&ids);
        }
        Ok(())
    }

    fn after_answers(&mut self, heard: &mut Vec<Answer>) -> Result<(), SessionEnd> {
        let now = self.clock.now();
        for Answer { id, emitted, error } in heard.drain(..) {
            match error {
                None => {
                    self.metrics.acknowledged(emitted, now);
                    if let Some(next) = self.window.acknowledged(id) {
                        // It has waited for the one before, and more of its key may wait for it.
                        self.send(&next, Pace::Prompt)?;
                    }
                }
                Some(error) if self.publisher.is_dead(&error) => return Err(SessionEnd::Producer(error)),
                Some(error) => {
                    warn!(outbox_id = id, %error, "the broker refused a message; its key waits, the others go on");
                    self.metrics.relay_failed(RelayFailure::MessageRefused);
                    self.window.failed(id, Instant::now());
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, row: &OutboxRow, pace: Pace) -> Result<(), SessionEnd> {
        crash_point::pass(Place::RelayBeforePublish, &row.event_type);
        match self.publisher.send(row, pace) {
            Ok(()) => Ok(()),
            Err(error) if self.publisher.is_dead(&error) => Err(SessionEnd::Producer(error)),
            Err(error) => {
                warn!(outbox_id = row.id, %error, "a message could not be sent; its key waits, the others go on");
                self.metrics.relay_failed(RelayFailure::MessageRefused);
                self.window.failed(row.id, Instant::now());
                Ok(())
            }
        }
    }
}

/// The future in the slot; polled only when there is one.
async fn pending<T>(slot: &mut Option<Work<T>>) -> Result<T, sqlx::Error> {
    match slot {
        Some(work) => work.await,
        None => std::future::pending().await,
    }
}
