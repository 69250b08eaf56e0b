//! The envelope: the one JSON shape in which every event is stored, sent and kept.
//!
//! Owns the fields that all events share and how they are written. What stands in `data` is the event's own
//! matter (`events/`); the headers of `CloudEvents` beside the envelope are made by the relay.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use crate::decode::DecodeError;
use crate::events::EventBody;

/// An event with all that is known about it. The fields stand on the wire in this order.
///
/// A reader passes over fields it does not know, so that a newer writer may add some.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// Identity of the event (`UUIDv7`). A copy of the event has the same one.
    pub event_id: Uuid,
    /// Wire name of the event: [`EventBody::TYPE`].
    pub event_type: String,
    /// Kind of thing it happened to: [`EventBody::AGGREGATE`].
    pub aggregate_type: String,
    /// Which one it happened to, and the Kafka key: events that share it are read in the order they were written.
    pub aggregate_id: String,
    /// When it happened: RFC 3339 in UTC, in microseconds; anything finer is cut off.
    #[serde(with = "timestamp_us")]
    pub timestamp: DateTime<Utc>,
    /// Version of the schema of `data`: [`EventBody::VERSION`] at the time of writing.
    pub version: u16,
    /// The saga it belongs to.
    pub correlation_id: Uuid,
    /// The event that it answers; `null` where a saga begins.
    pub causation_id: Option<Uuid>,
    /// The service that wrote it.
    pub service_name: String,
    /// The body as it was written. It stays unread until somebody asks for it with [`Envelope::body`].
    pub data: Box<RawValue>,
    /// What else travels along: nothing, in what our services write. The trace goes beside it, as a header.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// What an envelope says about an event beyond the event itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// See [`Envelope::event_id`].
    pub event_id: Uuid,
    /// See [`Envelope::timestamp`].
    pub timestamp: DateTime<Utc>,
    /// See [`Envelope::correlation_id`].
    pub correlation_id: Uuid,
    /// See [`Envelope::causation_id`].
    pub causation_id: Option<Uuid>,
    /// See [`Envelope::service_name`].
    pub service_name: String,
    /// See [`Envelope::metadata`].
    pub metadata: BTreeMap<String, String>,
}

impl Envelope {
    /// Puts an event into its envelope.
    pub fn new<E: EventBody>(event: &E, origin: Origin) -> Result<Envelope, serde_json::Error> {
        Ok(Envelope {
            event_id: origin.event_id,
            event_type: E::TYPE.to_owned(),
            aggregate_type: E::AGGREGATE.to_owned(),
            aggregate_id: event.aggregate_id(),
            timestamp: origin.timestamp,
            version: E::VERSION,
            correlation_id: origin.correlation_id,
            causation_id: origin.causation_id,
            service_name: origin.service_name,
            data: to_raw_value(event)?,
            metadata: origin.metadata,
        })
    }

    /// Reads an envelope, leaving its body unread: garbage in `data` is [`Envelope::body`]'s to find.
    pub fn decode(bytes: &[u8]) -> Result<Envelope, DecodeError> {
        serde_json::from_slice(bytes).map_err(|source| DecodeError::BrokenEnvelope { source })
    }

    /// Writes the envelope as it travels: compact JSON.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads the body as an `E`, from whichever version it was written in.
    ///
    /// To a reader of `E` alone every other type is [`DecodeError::UnknownType`]; [`crate::Event::decode`]
    /// reads them all.
    pub fn body<E: EventBody>(&self) -> Result<E, DecodeError> {
        if self.event_type != E::TYPE {
            return Err(DecodeError::UnknownType { event_type: self.event_type.clone() });
        }
        E::decode(self.version, &self.data)
    }
}

/// Two envelopes are equal when they say the same in the same bytes of `data`.
impl PartialEq for Envelope {
    fn eq(&self, other: &Self) -> bool {
        self.event_id == other.event_id
            && self.event_type == other.event_type
            && self.aggregate_type == other.aggregate_type
            && self.aggregate_id == other.aggregate_id
            && self.timestamp == other.timestamp
            && self.version == other.version
            && self.correlation_id == other.correlation_id
            && self.causation_id == other.causation_id
            && self.service_name == other.service_name
            && self.data.get() == other.data.get()
            && self.metadata == other.metadata
    }
}

/// Timestamps as RFC 3339 with `Z` and six decimals, always 27 characters, so that they also sort as text.
mod timestamp_us {
    use std::borrow::Cow;

    use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    /// RFC 3339 knows four-digit years only; outside of them chrono writes what it does not read back.
    fn fits(timestamp: &DateTime<Utc>) -> bool {
        (0..=9999).contains(&timestamp.year())
    }

    pub fn serialize<S: Serializer>(timestamp: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        if !fits(timestamp) {
            return Err(ser::Error::custom("a timestamp lies in the years 0000 to 9999"));
        }
        serializer.serialize_str(&timestamp.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let timestamp = DateTime::parse_from_rfc3339(&text).map_err(de::Error::custom)?.to_utc().trunc_subsecs(6);
        if !fits(&timestamp) {
            return Err(de::Error::custom("a timestamp lies in the years 0000 to 9999"));
        }
        Ok(timestamp)
    }
}
