//! Whether the broker answers, asked on a connection of its own.
//!
//! The clients of the relay and the consumer wait for the broker by themselves and tell nobody. A broker that is
//! frozen keeps their connections open for a minute; a question with a time limit finds that out at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, DeliveryResult, Producer as _, ProducerContext};

use crate::parking::dead_letter_topic;
use crate::settings::SagaSettings;
use crate::topics::{TopicError, client_config};

/// How long the client is listened to after a question that had no answer.
const HEAR: Duration = Duration::from_millis(20);

/// Asks the broker; cheap to clone.
/// ```
/// use std::time::Duration;
///
/// use saga_kit::{BoxError, BrokerProbe, SagaSettings};
///
/// async fn is_there(settings: &SagaSettings) -> Result<bool, BoxError> {
///     Ok(BrokerProbe::new(settings, "warehouse")?.ask(Duration::from_secs(1)).await.is_ok())
/// }
/// ```
#[derive(Clone)]
pub struct BrokerProbe(Arc<Probe>);

struct Probe {
    /// None only while it is dropped.
    client: Option<BaseProducer<LastError>>,
    topic: String,
    /// Stands before the names of topics and groups.
    prefix: String,
}

impl BrokerProbe {
    /// A probe for that service, which has not connected yet. It asks for the one topic that is the service's own.
    ///
    /// # Errors
    /// The client does not take the settings.
    pub fn new(settings: &SagaSettings, service: &str) -> Result<Self, TopicError> {
        let client = Some(client_config(settings).create_with_context(LastError::default())?);
        let topic = format!("{}{}", settings.topic_prefix, dead_letter_topic(service));
        let prefix = settings.topic_prefix.clone();
        Ok(Self(Arc::new(Probe { client, topic, prefix })))
    }

    /// Has the broker answer one question within `limit`.
    ///
    /// # Errors
    /// Why it did not, in words for people.
    pub async fn ask(&self, limit: Duration) -> Result<(), String> {
        let probe = Arc::clone(&self.0);
        // The question blocks its thread.
        let asked = tokio::task::spawn_blocking(move || probe.ask(limit)).await;
        asked.unwrap_or_else(|_| Err("the question was given up".to_owned()))
    }

    /// How many instances of a service take events, as its consumer group has it. One that was killed is counted until
    /// its session has ended.
    ///
    /// # Errors
    /// Why the broker did not say, in words for people.
    pub async fn instances_of(&self, service: &str, limit: Duration) -> Result<usize, String> {
        let (probe, group) = (Arc::clone(&self.0), format!("{}{service}", self.0.prefix));
        let asked = tokio::task::spawn_blocking(move || probe.members_of(&group, limit)).await;
        asked.unwrap_or_else(|_| Err("the question was given up".to_owned()))
    }
}

impl Probe {
    fn members_of(&self, group: &str, limit: Duration) -> Result<usize, String> {
        let Some(client) = &self.client else { return Ok(0) };
        match client.client().fetch_group_list(Some(group), limit) {
            Ok(groups) => Ok(groups.groups().iter().map(|group| group.members().len()).sum()),
            Err(error) => {
                client.poll(HEAR);
                Err(client.context().reason().unwrap_or_else(|| error.to_string()))
            }
        }
    }

    fn ask(&self, limit: Duration) -> Result<(), String> {
        let Some(client) = &self.client else { return Ok(()) };
        let answer = client.client().fetch_metadata(Some(&self.topic), limit);
        // The errors that came meanwhile know more than that there was no answer; those of an earlier one are kept,
        // because the client repeats itself only twice a minute.
        let heard = client.context();
        match answer {
            Ok(_) => {
                client.poll(Duration::ZERO);
                heard.forget();
                Ok(())
            }
            Err(error) => {
                client.poll(HEAR);
                Err(heard.reason().unwrap_or_else(|| error.to_string()))
            }
        }
    }
}

impl Drop for Probe {
    /// On a thread of its own: ending a client waits for the broker, and a stop must not.
    fn drop(&mut self) {
        let client = self.client.take();
        std::thread::spawn(move || drop(client));
    }
}

impl std::fmt::Debug for BrokerProbe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrokerProbe").field("topic", &self.0.topic).finish_non_exhaustive()
    }
}

/// Keeps the last error that the client reported.
#[derive(Default)]
struct LastError(Mutex<Option<String>>);

impl LastError {
    fn reason(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl ClientContext for LastError {
    // The other clients log what happens to their connections; this one tells whoever asks.
    fn log(&self, _: RDKafkaLogLevel, _: &str, _: &str) {}

    fn error(&self, error: KafkaError, reason: &str) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // That all are down follows from each one's own error, which says more.
        if last.is_none() || error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            *last = Some(reason.to_owned());
        }
    }
}

impl ProducerContext for LastError {
    type DeliveryOpaque = ();

    // It sends nothing.
    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}
