//! Handling what has arrived on a partition: in one transaction together, from which those that fail are set aside;
//! or in smaller ones when that does not do.
//!
//! Knows neither Kafka nor offsets: it is given messages in order and returns when each is handled, skipped as a
//! duplicate, or parked. It returns early only when it is asked to stop, with nothing half done.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Error as SqlError;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::consumer::attempt::Faults;
use crate::consumer::message::Message;
use crate::consumer::turns::{Turn, Turns};
use crate::handler::{Failure, HandlerError, error_chain};
use crate::registry::Registry;
use crate::retry::Backoff;
use crate::subject;
use crate::transaction::Transactions;

/// Tries of one event against conflicts (deadlock, lock wait) before it is parked. A database that is away is
/// waited for without a limit: that is no fault of the event.
const MAX_CONFLICTS: u32 = 20;

/// Tries again of a shared transaction against what passes, before fewer events share one.
const MAX_SHARED_RETRIES: u32 = 2;

/// Events that are set aside in a shared transaction at most: each costs the others another try, and where more of
/// them fail at once it is no fault of a single one.
const MAX_SHARED_FAULTS: usize = 8;

const BACKOFF_BASE: Duration = Duration::from_millis(20);
const BACKOFF_CAP: Duration = Duration::from_secs(2);

/// Asked to stop before everything was handled; the rest comes again after the restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// What the worker of a partition needs to handle events.
#[derive(Clone, Debug)]
pub(crate) struct Processor {
    pub transactions: Transactions,
    pub registry: Arc<Registry>,
    pub turns: Turns,
}

impl Processor {
    /// Handles the messages in order. The turn ends with the first try that fails: what is tried again may take long.
    pub async fn process(&self, messages: &[Message], turn: Turn, stop: &CancellationToken) -> Result<(), Stopped> {
        let mut turn = Some(turn);
        // Events of one type often come together: they are counted together.
        for run in messages.chunk_by(|one, next| one.event_type() == next.event_type()) {
            let event_type = run.first().and_then(Message::event_type);
            self.transactions.metrics().consumed(self.registry.label(event_type), run.len());
        }
        let concerned: Vec<&Message> = messages.iter().filter(|message| self.concerns(message)).collect();
        let mut rest = concerned.as_slice();
        let mut together = rest.len();
        while !rest.is_empty() {
            let (batch, behind) = rest.split_at(together.min(rest.len()));
            match batch {
                [message] => self.process_one(message, &mut turn, stop).await?,
                _ if self.share(batch, &mut turn).await => {}
                // Halves find the one that fails in a few steps, where one by one would cost each a commit.
                _ => {
                    together = batch.len() / 2;
                    continue;
                }
            }
            (rest, together) = (behind, together * 2);
        }
        Ok(())
    }

    /// Handles the messages in one transaction; false when fewer must share one.
    ///
    /// One whose handler fails for good is set aside at its place, in the transaction of the others, which is tried
    /// again for that. A conflict is worth another try too: whoever was in the way has its locks and will be gone
    /// soon.
    async fn share(&self, messages: &[&Message], turn: &mut Option<Turn>) -> bool {
        let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
        let mut faults = Faults::new();
        loop {
            let Err(Failure { index, error }) = self.attempt(messages, &faults).await else { return true };
            *turn = None;
            subject::note(|subject| *subject = index.map(|index| messages[index].subject()).unwrap_or_default());
            debug!(index, %error, "a shared transaction failed");
            match (error, index) {
                (HandlerError::Park(error), Some(index)) if faults.len() < MAX_SHARED_FAULTS => {
                    faults.insert(index, error_chain(&*error));
                }
                (HandlerError::Retry(_), _) if backoff.attempts() < MAX_SHARED_RETRIES => {
                    tokio::time::sleep(backoff.next_delay()).await;
                }
                _ => return false,
            }
        }
    }

    /// What cannot be read concerns us too: it has to be set aside.
    pub(super) fn concerns(&self, message: &Message) -> bool {
        message.envelope.as_ref().map_or(true, |envelope| self.registry.concerns(envelope).unwrap_or(true))
    }

    async fn process_one(
        &self,
        message: &Message,
        turn: &mut Option<Turn>,
        stop: &CancellationToken,
    ) -> Result<(), Stopped> {
        let mut backoff = Backoff::new(BACKOFF_BASE, BACKOFF_CAP);
        let mut conflicts = 0;
        let mut faults = Faults::new();
        loop {
            let Err(Failure { error, .. }) = self.attempt(&[message], &faults).await else { return Ok(()) };
            *turn = None;
            let error = match error {
                HandlerError::Retry(error) if is_away(&*error) => error,
                HandlerError::Retry(error) if conflicts < MAX_CONFLICTS => {
                    conflicts += 1;
                    error
                }
                HandlerError::Retry(error) | HandlerError::Park(error) if faults.is_empty() => {
                    faults.insert(0, error_chain(&*error));
                    continue;
                }
                // It cannot be set aside either: nothing is lost while it waits.
                HandlerError::Retry(error) | HandlerError::Park(error) => error,
            };
            if backoff.attempts().is_multiple_of(10) {
                subject::note(|subject| *subject = message.subject());
                warn!(%error, "waiting to handle an event");
            }
            tokio::select! {
                () = stop.cancelled() => return Err(Stopped),
                () = tokio::time::sleep(backoff.next_delay()) => {}
            }
        }
    }
}

fn is_away(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(inner) = error {
        if let Some(sql) = inner.downcast_ref::<SqlError>() {
            return crate::retry::passing(sql) == crate::retry::Passing::Away;
        }
        error = inner.source();
    }
    false
}
