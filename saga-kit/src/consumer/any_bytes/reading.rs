//! What must hold of any bytes that are read: an answer in time; and what is understood is understood again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::DateTime;
use shared_events::{Envelope, Event, Origin, SAGA};
use uuid::Uuid;

use crate::consumer::message::{MAX_KEY_BYTES, Message};
use crate::handler::error_chain;

/// What an input may take, whatever it is ...
const BASE_LIMIT: Duration = Duration::from_millis(100);

/// ... and for each of its bytes. An input is read some fifty times, once an event and version, by a program that is
/// perhaps not optimised; what is quadratic takes a thousand times as long.
const LIMIT_PER_BYTE: Duration = Duration::from_micros(5);

/// Reads the bytes in all ways in which a service may come to read them.
pub(super) fn read_in_time(bytes: &[u8]) {
    let limit = BASE_LIMIT + LIMIT_PER_BYTE * u32::try_from(bytes.len()).expect("of a message");
    let began = Instant::now();
    read(bytes);
    if began.elapsed() > limit {
        // The machine may be busy with something else: only what this thread itself does counts.
        let before = own_time();
        read(bytes);
        let took = own_time().zip(before).map_or(began.elapsed() / 2, |(after, before)| after.saturating_sub(before));
        assert!(took < limit, "{} bytes took {took:?} to read, over {limit:?}", bytes.len());
    }
}

/// How long this thread has run, where the system tells it.
fn own_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split_whitespace().next()?.parse().ok()?))
}

fn read(bytes: &[u8]) {
    let message = message(bytes);
    match Envelope::decode(bytes) {
        Err(error) => {
            assert!(message.envelope.is_err() && message.event_type().is_none());
            error_chain(&error);
        }
        Ok(envelope) => {
            assert_eq!(message.event_id, envelope.event_id);
            assert_eq!(message.event_type(), Some(envelope.event_type.as_str()));
            let written = envelope.encode().expect("what was read can be written");
            assert_eq!(Envelope::decode(&written).expect("what was written can be read"), envelope);
            read_bodies(envelope);
        }
    }
}

/// The message as the broker would deliver it; any key may stand beside any payload.
fn message(bytes: &[u8]) -> Message {
    let key = &bytes[..bytes.len() % 400 % (bytes.len() + 1)];
    let message = Message::new("topic".into(), (0, 7), key.to_vec(), bytes.to_vec());
    assert!(!message.key.is_empty() && message.key.len() <= MAX_KEY_BYTES && message.payload == bytes);
    message
}

/// Reads the data as each event that there is, in the version that the envelope names and in all that there were.
fn read_bodies(mut envelope: Envelope) {
    let named = envelope.version;
    read_body(&envelope);
    for spec in SAGA.events {
        spec.event_type.clone_into(&mut envelope.event_type);
        for version in (1..=spec.version).chain([named]) {
            envelope.version = version;
            read_body(&envelope);
        }
    }
}

fn read_body(envelope: &Envelope) {
    match Event::decode(envelope) {
        Err(error) => drop(error_chain(&error)),
        Ok(event) => {
            let again = event.to_envelope(origin()).expect("what was read can be written");
            assert_eq!(Event::decode(&again).expect("what was written can be read"), event);
        }
    }
}

pub(super) fn origin() -> Origin {
    Origin {
        event_id: Uuid::nil(),
        timestamp: DateTime::UNIX_EPOCH,
        correlation_id: Uuid::nil(),
        causation_id: None,
        service_name: String::new(),
        metadata: BTreeMap::new(),
    }
}
