//! The four things that can be wrong with an event are four different errors, and each names the culprit.

use serde_json::{Value, json};
use shared_events::{DecodeError, Envelope, Event, OrderCreated, OrderPaid};

use crate::samples;

/// A good `OrderCreated` as JSON, to be spoilt.
fn good() -> Value {
    let envelope = samples::envelope(&samples::all().remove(0));
    serde_json::from_slice(&envelope.encode().unwrap()).unwrap()
}

fn decode(value: &Value) -> Result<Event, DecodeError> {
    Event::decode(&Envelope::decode(value.to_string().as_bytes())?)
}

#[test]
fn the_unspoilt_event_is_read() {
    assert!(matches!(decode(&good()), Ok(Event::OrderCreated(_))));
}

#[test]
fn what_is_no_envelope_is_a_broken_envelope() {
    for bytes in [&b""[..], b"garbage", b"\xff\xfe", b"{}", b"[]", b"null", b"{\"event_id\":"] {
        let error = Envelope::decode(bytes).unwrap_err();
        assert!(matches!(error, DecodeError::BrokenEnvelope { .. }), "{error}");
    }
}

#[test]
fn each_field_of_the_envelope_is_needed_and_checked() {
    let fields: Vec<String> = good().as_object().unwrap().keys().cloned().collect();
    for field in fields {
        let mut without = good();
        without.as_object_mut().unwrap().remove(&field);
        match (field.as_str(), decode(&without)) {
            // These two may be absent: then there is no cause, and nothing else travels along.
            ("causation_id" | "metadata", result) => assert!(result.is_ok(), "{field}"),
            (_, Err(DecodeError::BrokenEnvelope { source })) => {
                assert!(source.to_string().contains(&field), "{source}");
            }
            (_, other) => panic!("without {field}: {other:?}"),
        }
    }
    for (field, wrong) in [
        ("event_id", json!("17")),
        ("timestamp", json!("yesterday")),
        ("timestamp", json!("9999-12-31T23:59:59-01:00")),
        ("timestamp", json!(1_763_697_600)),
        ("version", json!(-1)),
        ("version", json!(65_536)),
        ("correlation_id", Value::Null),
        ("metadata", json!({"attempt": 1})),
    ] {
        let mut spoilt = good();
        spoilt[field] = wrong.clone();
        let error = decode(&spoilt).unwrap_err();
        assert!(matches!(error, DecodeError::BrokenEnvelope { .. }), "{field} {wrong}: {error}");
    }
}

#[test]
fn an_unknown_type_is_named() {
    let mut spoilt = good();
    spoilt["event_type"] = json!("OrderDreamtOf");
    let error = decode(&spoilt).unwrap_err();
    assert!(matches!(&error, DecodeError::UnknownType { event_type } if event_type == "OrderDreamtOf"));
    assert_eq!(error.to_string(), "unknown event type `OrderDreamtOf`");
}

#[test]
fn an_unknown_version_is_named_with_its_type() {
    for unknown in [0, 2, u16::MAX] {
        let mut spoilt = good();
        spoilt["version"] = json!(unknown);
        let error = decode(&spoilt).unwrap_err();
        assert!(
            matches!(error, DecodeError::UnknownVersion { event_type: "OrderCreated", version } if version == unknown)
        );
        assert_eq!(error.to_string(), format!("unknown version {unknown} of OrderCreated"));
    }
}

#[test]
fn a_broken_body_names_its_type_and_what_is_wrong() {
    for (pointer, wrong, names) in [
        ("/data", Value::Null, "OrderCreated"),
        ("/data/order_id", json!("41"), "invalid type: string"),
        ("/data/items/0/quantity", json!(-1), "-1"),
        ("/data/total_amount", json!("2118.99"), "plain digits"),
        ("/data/total_amount", json!(12.505), "two decimals"),
        ("/data/currency", json!("dollars"), "three capital letters"),
    ] {
        let mut spoilt = good();
        *spoilt.pointer_mut(pointer).unwrap() = wrong;
        let error = decode(&spoilt).unwrap_err();
        assert!(matches!(error, DecodeError::BrokenBody { event_type: "OrderCreated", .. }), "{error}");
        assert!(error.to_string().contains(names), "{error}");
    }
}

#[test]
fn a_broken_body_leaves_the_envelope_readable() {
    let mut spoilt = good();
    spoilt["data"] = json!("not an order");
    let envelope = Envelope::decode(spoilt.to_string().as_bytes()).unwrap();
    assert_eq!(envelope.aggregate_id, "41");
    assert_eq!(envelope.data.get(), "\"not an order\"");
}

#[test]
fn fields_that_a_newer_writer_adds_are_passed_over() {
    let mut newer = good();
    newer["tenant"] = json!("north");
    newer["data"]["gift_wrap"] = json!(true);
    assert_eq!(decode(&newer).unwrap(), samples::all().remove(0));
}

#[test]
fn a_reader_of_one_event_knows_no_other() {
    let envelope = Envelope::decode(good().to_string().as_bytes()).unwrap();
    assert!(envelope.body::<OrderCreated>().is_ok());
    let error = envelope.body::<OrderPaid>().unwrap_err();
    assert!(matches!(error, DecodeError::UnknownType { event_type } if event_type == "OrderCreated"));
}
