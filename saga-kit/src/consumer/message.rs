//! A message as it came from the broker, read as far as an envelope where that is possible.

use std::sync::Arc;

use shared_events::{DecodeError, Envelope};
use uuid::Uuid;

use crate::consumer::taking::Taking;
use crate::subject::Subject;

/// The longest Kafka key that is kept as it is, in bytes; longer ones are cut. Ours are ids of at most 36.
pub(crate) const MAX_KEY_BYTES: usize = 255;

/// A message with the place it came from.
#[derive(Debug)]
pub(crate) struct Message {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    /// What its order is kept by: the Kafka key, or its place when it has none.
    pub key: Vec<u8>,
    pub payload: Vec<u8>,
    /// The envelope, or why there is none.
    pub envelope: Result<Arc<Envelope>, DecodeError>,
    /// The event's id; of bytes that are no envelope, one derived from them and their place.
    pub event_id: Uuid,
    /// Its trace, where it belongs to one.
    pub taking: Option<Taking>,
}

impl Message {
    /// Reads the envelope; the body stays unread until its handler wants it.
    pub fn new(topic: String, (partition, offset): (i32, i64), mut key: Vec<u8>, payload: Vec<u8>) -> Self {
        let envelope = Envelope::decode(&payload).map(Arc::new);
        let place = format!("{topic}/{partition}/{offset}");
        let event_id = match &envelope {
            Ok(envelope) => envelope.event_id,
            // The same bytes at the same place are the same message, however often they are delivered.
            Err(_) => Uuid::new_v5(&Uuid::NAMESPACE_OID, &[place.as_bytes(), b"/", &payload].concat()),
        };
        if key.is_empty() {
            key = place.into_bytes();
        }
        key.truncate(MAX_KEY_BYTES);
        Self { topic, partition, offset, key, payload, envelope, event_id, taking: None }
    }

    /// What log lines tell of it.
    pub fn subject(&self) -> Subject {
        let subject = self.envelope.as_ref().map(|envelope| Subject::of(envelope)).unwrap_or_default();
        Subject { event_id: Some(self.event_id), trace: self.taking.map(|taking| taking.handling()), ..subject }
    }

    /// The event's type, when it could be read.
    pub fn event_type(&self) -> Option<&str> {
        self.envelope.as_ref().ok().map(|envelope| envelope.event_type.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_bytes_have_an_id_of_their_place_and_content() {
        let at = |offset: i64, bytes: &[u8]| Message::new("t".into(), (0, offset), Vec::new(), bytes.to_vec());
        assert!(at(1, b"junk").envelope.is_err());
        assert_eq!(at(1, b"junk").event_id, at(1, b"junk").event_id);
        assert_ne!(at(1, b"junk").event_id, at(2, b"junk").event_id);
        assert_ne!(at(1, b"junk").event_id, at(1, b"other").event_id);
        assert_eq!(at(7, b"junk").key, b"t/0/7");
    }
}
