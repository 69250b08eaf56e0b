//! Sending rows to the broker, and hearing which of them it has.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext, PurgeConfig};
use tokio::sync::mpsc;
use tracing::debug;

use super::reader::OutboxRow;
use super::sending::Sending;
use crate::crash_point::{self, Place};
use crate::settings::SagaSettings;
use crate::topics::{client_config, set_options};

/// How often a new client asks after a topic, and how long it waits for an answer.
const INTRODUCTIONS: usize = 3;
const INTRODUCTION_LIMIT: Duration = Duration::from_secs(1);

/// How long a client's thread waits for an answer before it looks whether the client is still needed. rdkafka spins
/// through the last millisecond of each wait: its `ThreadedProducer`, which waits for 100 ms, takes 9 ms of a core a
/// second while nothing is sent (`docs/bench/notes.md`).
const HEARING: Duration = Duration::from_secs(1);

/// How long a producer that is patient waits for more, in milliseconds.
const PATIENCE_MS: &str = "5";

/// CloudEvents' header of an event's type.
const TYPE_HEADER: &str = "ce_type";

/// The broker's answer for one row.
pub(super) struct Answer {
    pub id: u64,
    pub emitted: DateTime<Utc>,
    pub error: Option<KafkaError>,
}

/// What comes back with the broker's answer.
pub(super) struct Sent {
    /// The row's; an outbox with more than 2^64 rows in its life does not exist.
    id: u64,
    /// When its event was emitted.
    emitted: DateTime<Utc>,
    sending: Option<Box<Sending>>,
}

/// Hears the answers on the client's thread and passes them on.
pub(super) struct Answers(mpsc::UnboundedSender<Answer>);

impl ClientContext for Answers {
    fn error(&self, error: KafkaError, reason: &str) {
        debug!(%error, reason, "kafka");
    }
}

impl ProducerContext for Answers {
    type DeliveryOpaque = Box<Sent>;

    fn delivery(&self, result: &DeliveryResult<'_>, sent: Box<Sent>) {
        crash_point::pass_all(Place::RelayAfterAck, result.iter().filter_map(|message| event_type(message)));
        let error = result.as_ref().err().map(|(error, _)| error.clone());
        // The relay is gone only when it stops; its rows are still in the table.
        let _ = self.0.send(Answer { id: sent.id, emitted: sent.emitted, error });
        if let (Ok(message), Some(sending)) = (result, sent.sending) {
            sending.acknowledged(message);
        }
    }
}

/// What [`headers`] said of a message's type.
fn event_type<'m>(message: &'m BorrowedMessage<'_>) -> Option<&'m str> {
    let header = message.headers()?.iter().find(|header| header.key == TYPE_HEADER)?;
    std::str::from_utf8(header.value?).ok()
}

/// The producers of one relay session.
pub(super) struct Publisher {
    /// Sends what it is given at once.
    prompt: Arc<BaseProducer<Answers>>,
    /// Waits a moment for more.
    patient: Arc<BaseProducer<Answers>>,
    source: &'static str,
}

/// How a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// At once: it is alone, or nearly.
    Prompt,
    /// With those that come a moment later: a request for many costs everybody less, the consumers included
    /// (`docs/adr/0030-many-messages-travel-together.md`).
    Patient,
}

impl Publisher {
    /// Producers, and where their answers arrive. They ask after a topic at once.
    pub fn new(
        settings: &SagaSettings,
        (source, topic): (&'static str, &str),
    ) -> KafkaResult<(Self, mpsc::UnboundedReceiver<Answer>)> {
        let (sender, answers) = mpsc::unbounded_channel();
        let producer = |linger_ms| {
            let producer = producer(settings, linger_ms, Answers(sender.clone()))?;
            hear(Arc::downgrade(&producer))?;
            introduce(Arc::downgrade(&producer), topic.to_owned());
            KafkaResult::Ok(producer)
        };
        Ok((Self { prompt: producer("0")?, patient: producer(PATIENCE_MS)?, source }, answers))
    }

    /// Hands a row to the client; its answer comes later. Messages of one key keep no order between the two paces: the
    /// caller has one of a key in flight at a time.
    pub fn send(&self, row: &OutboxRow, pace: Pace) -> Result<(), KafkaError> {
        let mut more: BTreeMap<String, String> =
            row.headers.as_deref().and_then(|json| serde_json::from_slice(json).ok()).unwrap_or_default();
        let sending = Sending::begin(row, &mut more).map(Box::new);
        let record = BaseRecord::with_opaque_to(
            &row.topic,
            Box::new(Sent { id: row.id, emitted: row.occurred_at.and_utc(), sending }),
        )
        .key(&row.event_key)
        .payload(&row.payload)
        .headers(headers(row, self.source, &more));
        let producer = match pace {
            Pace::Prompt => &self.prompt,
            Pace::Patient => &self.patient,
        };
        producer.send(record).map_err(|(error, _)| error)
    }

    /// Whether a client failed for good, so that new ones are needed.
    pub fn is_dead(&self, error: &KafkaError) -> bool {
        error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal)
            || [&self.prompt, &self.patient].iter().any(|producer| producer.client().fatal_error().is_some())
    }
}

fn producer(settings: &SagaSettings, linger_ms: &str, answers: Answers) -> KafkaResult<Arc<BaseProducer<Answers>>> {
    let mut config = client_config(settings);
    config
        .set("acks", "all")
        .set("enable.idempotence", "true")
        // A message never expires here: while the broker is away it waits in the client, and its row in the
        // table. What does not arrive before a stop is sent again after it.
        .set("message.timeout.ms", "0")
        .set("linger.ms", linger_ms)
        .set("queue.buffering.max.messages", "20000")
        .set("queue.buffering.max.kbytes", "32768");
    set_options(&mut config, settings);
    Ok(Arc::new(config.create_with_context(answers)?))
}

/// Has a client's answers heard for as long as somebody else holds it.
fn hear(producer: Weak<BaseProducer<Answers>>) -> KafkaResult<()> {
    let listen = move || {
        while let Some(producer) = producer.upgrade() {
            producer.poll(HEARING);
        }
    };
    match std::thread::Builder::new().name("relay-answers".to_owned()).spawn(listen) {
        Ok(_) => Ok(()),
        Err(error) => Err(KafkaError::ClientCreation(format!("no thread to hear its answers: {error}"))),
    }
}

/// Has a new client known to the broker before its first message is to be sent.
///
/// An idempotent producer sends nothing before it has an id. It asks for one when it hears of topics while it has a
/// connection, and else each half second; the first answer may come while the connection is still being made
/// (`docs/bench/notes.md`).
fn introduce(producer: Weak<BaseProducer<Answers>>, topic: String) {
    // It blocks, and nobody waits for it: a session that ends lets go of its client, which outlives it by one question
    // at most.
    let ask = move || {
        for producer in (0..INTRODUCTIONS).map_while(|_| producer.upgrade()) {
            // A broker that is away is asked by whoever has something to send.
            let _ = producer.client().fetch_metadata(Some(&topic), INTRODUCTION_LIMIT);
        }
    };
    // Without a thread for it the first message may have to wait.
    let _ = std::thread::Builder::new().name("introduction".to_owned()).spawn(ask);
}

impl Drop for Publisher {
    /// What was not sent is the next session's, also while a client itself is still asking.
    fn drop(&mut self) {
        for producer in [&self.prompt, &self.patient] {
            producer.purge(PurgeConfig::default().queue().inflight());
        }
    }
}

/// CloudEvents 1.0, Kafka protocol binding (binary content mode), and what the row brings along.
fn headers(row: &OutboxRow, source: &str, more: &BTreeMap<String, String>) -> OwnedHeaders {
    let id = row.event_id.to_string();
    let time = row.occurred_at.and_utc().to_rfc3339_opts(SecondsFormat::Micros, true);
    let ours = [
        ("ce_specversion", "1.0"),
        ("ce_id", id.as_str()),
        (TYPE_HEADER, row.event_type.as_str()),
        ("ce_source", source),
        ("ce_time", time.as_str()),
        ("content-type", "application/json"),
    ];
    let all = ours.into_iter().chain(more.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    all.fold(OwnedHeaders::new_with_capacity(ours.len() + more.len()), |headers, (key, value)| {
        headers.insert(Header { key, value: Some(value) })
    })
}
