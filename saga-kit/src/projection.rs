//! A projection: events in, a read model out, by a consumer group of its own.
//!
//! Unlike the consumer of a service it owns no transaction and no inbox, because what it writes is a copy: its writes
//! must bear repetition and delay by themselves, and what is lost with the read model's store is rebuilt from the
//! source of truth. What cannot be read is passed over for the same reason. Offsets are stored after the write.
//!
//! It also knows how old the read model is: [`Progress`] tells for each partition up to when its events are applied.

mod ends;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use shared_events::{Envelope, Topic};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::consumer::ConsumerError;
use crate::consumer::member::{leave, member_config};
use crate::crash_point::{self, Place};
use crate::handler::BoxError;
use crate::retry::Backoff;
use crate::settings::SagaSettings;

use self::ends::at_their_end;

/// Events of one write at most.
const MAX_BATCH: usize = 500;
/// How often the age of the read model is looked at.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);
/// The read model's store may be away for long; the group must not take that for a death. Kafka's highest value.
const MAX_POLL_INTERVAL_MS: &str = "86400000";

/// Up to when the events of each partition are applied, by `topic/partition`.
pub type Progress = BTreeMap<String, DateTime<Utc>>;

/// Where a projection writes.
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use futures::FutureExt as _;
/// use futures::future::BoxFuture;
/// use saga_kit::BoxError;
/// use saga_kit::projection::{Progress, Projection, ReadModel};
/// use shared_events::Envelope;
///
/// /// Counts what it sees. One that must not count twice keeps a version beside each value.
/// #[derive(Default)]
/// struct Seen(AtomicUsize);
///
/// impl ReadModel for Seen {
///     fn apply<'a>(&'a self, events: &'a [Envelope]) -> BoxFuture<'a, Result<(), BoxError>> {
///         self.0.fetch_add(events.len(), Ordering::Relaxed);
///         async { Ok(()) }.boxed()
///     }
///
///     fn note<'a>(&'a self, _: &'a Progress) -> BoxFuture<'a, Result<(), BoxError>> {
///         async { Ok(()) }.boxed()
///     }
/// }
///
/// let projection = Projection { name: "warehouse-seen", model: Arc::new(Seen::default()) };
/// ```
pub trait ReadModel: Send + Sync + 'static {
    /// Applies events, those of one key in their order. They may come again, and late. An error has all of them come
    /// again.
    fn apply<'a>(&'a self, events: &'a [Envelope]) -> BoxFuture<'a, Result<(), BoxError>>;

    /// Notes up to when events are applied; of partitions that other instances have, it says nothing.
    fn note<'a>(&'a self, progress: &'a Progress) -> BoxFuture<'a, Result<(), BoxError>>;
}

/// A consumer group that keeps a read model.
#[derive(Clone)]
pub struct Projection {
    /// The group's name after the prefix.
    pub name: &'static str,
    /// Where it writes.
    pub model: Arc<dyn ReadModel>,
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projection").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Runs a projection until `stop`. A broker or a store that is away is waited for.
///
/// # Errors
/// The client's settings are refused.
pub(crate) async fn run(
    projection: &Projection,
    settings: &SagaSettings,
    (instance_id, clock): (&str, &Clock),
    topics: &[Topic],
    stop: &CancellationToken,
) -> Result<(), ConsumerError> {
    let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
    while !stop.is_cancelled() {
        let client = Arc::new(join(projection.name, settings, instance_id, topics)?);
        let (applied, next_note) = (Progress::new(), Instant::now());
        let session = Session { projection, clock, client: Arc::clone(&client), applied, next_note };
        let ended = session.run(stop).await;
        leave(client).await;
        let Err(error) = ended else { continue };
        if backoff.attempts().is_multiple_of(10) {
            warn!(group = projection.name, %error, "a projection joins its group again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(backoff.next_delay()) => {}
        }
    }
    Ok(())
}

fn join(
    name: &str,
    settings: &SagaSettings,
    instance_id: &str,
    topics: &[Topic],
) -> Result<StreamConsumer, KafkaError> {
    let prefix = &settings.topic_prefix;
    let client: StreamConsumer = member_config(settings, &format!("{prefix}{name}"), instance_id)
        .set("max.poll.interval.ms", MAX_POLL_INTERVAL_MS)
        .create()?;
    let topics: Vec<String> = topics.iter().map(|topic| format!("{prefix}{}", topic.name())).collect();
    client.subscribe(&topics.iter().map(String::as_str).collect::<Vec<_>>())?;
    info!(group = name, instance = %instance_id, "projecting");
    Ok(client)
}

/// What one consumer has got so far.
struct Session<'p> {
    projection: &'p Projection,
    clock: &'p Clock,
    client: Arc<StreamConsumer>,
    /// For each partition the time of the last event that was applied.
    applied: Progress,
    next_note: Instant,
}

impl Session<'_> {
    async fn run(mut self, stop: &CancellationToken) -> Result<(), KafkaError> {
        loop {
            let first = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(self.next_note) => { self.note(stop).await; continue }
                received = self.client.recv() => match received {
                    Ok(message) => message.detach(),
                    // librdkafka reconnects by itself, from all but these.
                    Err(error) => match error.rdkafka_error_code() {
                        Some(RDKafkaErrorCode::Fatal | RDKafkaErrorCode::FencedInstanceId) => return Err(error),
                        _ => continue,
                    },
                },
            };
            let mut messages = vec![first];
            while messages.len() < MAX_BATCH
                && let Some(Ok(message)) = self.client.recv().now_or_never()
            {
                messages.push(message.detach());
            }
            if !self.apply(&messages, stop).await {
                break;
            }
        }
        Ok(())
    }

    /// Writes a batch, as often as it takes. False when the stop came first.
    async fn apply(&mut self, messages: &[rdkafka::message::OwnedMessage], stop: &CancellationToken) -> bool {
        let events: Vec<Envelope> = messages.iter().filter_map(read).collect();
        let mut backoff = Backoff::new(Duration::from_millis(20), Duration::from_secs(1));
        while let Err(error) = self.projection.model.apply(&events).await {
            if backoff.attempts().is_multiple_of(10) {
                warn!(group = self.projection.name, %error, "a read model cannot be written; waiting");
            }
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(backoff.next_delay()) => {}
            }
        }
        crash_point::pass_all(Place::ProjectionAfterWrite, events.iter().map(|event| event.event_type.as_str()));
        for message in messages {
            // It fails only when the partition was taken away: its new owner then applies the message again.
            let _ = self.client.store_offset(message.topic(), message.partition(), message.offset());
            if let Some(sent) = message.timestamp().to_millis().and_then(DateTime::from_timestamp_millis) {
                self.applied.insert(place(message.topic(), message.partition()), sent);
            }
        }
        true
    }

    /// A partition whose end is reached is current as of the moment in which its end was asked for; any other as of
    /// the last event that was applied. One whose end cannot be learnt just grows older.
    async fn note(&mut self, stop: &CancellationToken) {
        let asked_at = self.clock.now();
        let client = Arc::clone(&self.client);
        let (told, current) = tokio::sync::oneshot::channel();
        // A thread of its own, for which neither a stop nor the end of the runtime waits: the broker may be away.
        std::thread::spawn(move || told.send(at_their_end(&client)));
        let current = tokio::select! {
            () = stop.cancelled() => return,
            current = current => current.unwrap_or_default(),
        };
        let mut progress = std::mem::take(&mut self.applied);
        progress.extend(current.into_iter().map(|place| (place, asked_at)));
        // The next one says more than this one, so a failure needs no repetition.
        if let Err(error) = self.projection.model.note(&progress).await {
            tracing::debug!(%error, "the age of a read model was not noted");
        }
        self.next_note = Instant::now() + PROGRESS_INTERVAL;
    }
}

fn place(topic: &str, partition: i32) -> String {
    format!("{topic}/{partition}")
}

fn read(message: &rdkafka::message::OwnedMessage) -> Option<Envelope> {
    match Envelope::decode(message.payload().unwrap_or_default()) {
        Ok(envelope) => Some(envelope),
        Err(error) => {
            let place = place(message.topic(), message.partition());
            warn!(%place, offset = message.offset(), %error, "a projection passes over what it cannot read");
            None
        }
    }
}
