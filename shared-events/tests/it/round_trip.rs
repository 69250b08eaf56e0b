//! Whatever is written is read back equal, and whatever is read never panics.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use shared_events::{Envelope, Event};

use crate::samples;
use crate::strategies::{any_event, any_origin, by_event};

/// What must hold of any bytes: an answer, never a panic; and what reads as an envelope, and then as an event,
/// is still the same after being written again.
fn read(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Ok(envelope) = Envelope::decode(bytes) else { return Ok(()) };
    let again = Envelope::decode(&envelope.encode()?)?;
    prop_assert_eq!(&again, &envelope);
    if let Ok(event) = Event::decode(&envelope) {
        let rewritten = event.to_envelope(samples::origin())?;
        prop_assert_eq!(Event::decode(&rewritten)?, event);
    }
    Ok(())
}

/// Values of the wrong kind, the wrong size or the wrong sign, to be put where something else belongs.
fn any_misfit() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!({"code": "no_such_code"})),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

/// Every value inside of a value, itself included, by its path.
fn paths(value: &Value, here: &str, into: &mut Vec<String>) {
    into.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| paths(field, &format!("{here}/{name}"), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| paths(item, &format!("{here}/{at}"), into));
        }
        _ => {}
    }
}

#[test]
fn each_event_is_read_back_equal() {
    for strategy in by_event() {
        TestRunner::new(Config::default())
            .run(&(strategy, any_origin()), |(event, origin)| {
                let written = event.to_envelope(origin)?;
                let read = Envelope::decode(&written.encode()?)?;
                prop_assert_eq!(&read, &written);
                prop_assert_eq!(Event::decode(&read)?, event);
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{failure}"));
    }
}

proptest! {
    #![proptest_config(Config::with_cases(2_000))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        read(&bytes)?;
    }

    #[test]
    fn damaged_bytes_never_panic(
        event in any_event(),
        origin in any_origin(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = event.to_envelope(origin)?.encode()?;
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read(&bytes)?;
    }

    #[test]
    fn misfitting_values_never_panic(
        event in any_event(),
        origin in any_origin(),
        place in any::<prop::sample::Index>(),
        misfit in any_misfit(),
    ) {
        let mut envelope: Value = serde_json::from_slice(&event.to_envelope(origin)?.encode()?)?;
        let mut places = Vec::new();
        paths(&envelope, "", &mut places);
        // A name with a slash in it cannot be pointed to; that place is then left alone.
        if let Some(value) = envelope.pointer_mut(&places[place.index(places.len())]) {
            *value = misfit;
        }
        read(&serde_json::to_vec(&envelope)?)?;
    }
}
