//! What no golden file shows of the wire: variants beside the sampled one, keys, topics, states, other clocks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared_events::{
    Envelope, Event, OrderCreationFailure, PaymentRefusal, SAGA, SagaCompleted, SagaOutcome, SagaState, Topic,
};
use uuid::Uuid;

use crate::samples;

fn pinned<T>(value: &T, json: &str)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(serde_json::from_str::<T>(json).unwrap(), *value);
}

#[test]
fn reasons_and_outcomes_keep_their_codes() {
    pinned(&OrderCreationFailure::UnknownUser { user_id: 3 }, r#"{"code":"unknown_user","user_id":3}"#);
    pinned(
        &OrderCreationFailure::UnknownProducts { product_ids: vec![8, 9] },
        r#"{"code":"unknown_products","product_ids":[8,9]}"#,
    );
    pinned(
        &PaymentRefusal::AmountAboveCeiling { ceiling: samples::money("50000") },
        r#"{"code":"amount_above_ceiling","ceiling":50000.00}"#,
    );
    pinned(&PaymentRefusal::UserBlocked { user_id: 3 }, r#"{"code":"user_blocked","user_id":3}"#);
    pinned(&PaymentRefusal::OrderCancelled, r#"{"code":"order_cancelled"}"#);
    pinned(&PaymentRefusal::AmountMismatch { payment_id: 17 }, r#"{"code":"amount_mismatch","payment_id":17}"#);
    pinned(&SagaOutcome::Succeeded, r#""succeeded""#);
    pinned(&SagaOutcome::Cancelled, r#""cancelled""#);
    pinned(&SagaOutcome::Refused, r#""refused""#);
}

#[test]
fn a_refusal_without_its_field_is_refused() {
    for json in [
        "{}",
        r#"{"code":"no_such_code"}"#,
        r#"{"code":"amount_above_ceiling"}"#,
        r#"{"code":"amount_above_ceiling","ceiling":"50000.00"}"#,
        r#"{"code":"user_blocked","payment_id":17}"#,
        r#"{"code":"amount_mismatch","user_id":3}"#,
    ] {
        assert!(serde_json::from_str::<PaymentRefusal>(json).is_err(), "{json}");
    }
}

#[test]
fn states_are_named_alike_everywhere() {
    for (state, name) in [
        (SagaState::CreatingOrder, "creating_order"),
        (SagaState::DecreasingStock, "decreasing_stock"),
        (SagaState::CreatingPayment, "creating_payment"),
        (SagaState::IncreasingStock, "increasing_stock"),
        (SagaState::CancellingOrder, "cancelling_order"),
        (SagaState::Completed, "completed"),
    ] {
        assert_eq!(state.name(), name);
        assert_eq!(state.to_string(), name);
        pinned(&state, &format!("\"{name}\""));
    }
}

#[test]
fn only_what_belongs_to_no_order_leaves_the_topic_of_orders() {
    let names: Vec<_> = SAGA.topics().into_iter().map(Topic::name).collect();
    assert_eq!(names, ["order-saga-events", "stock-events"]);
    for event in samples::all() {
        let envelope = samples::envelope(&event);
        let topic = SAGA.spec(event.event_type()).unwrap().topic;
        let expected = match event {
            Event::StockLevelSet(_)
            | Event::StockReplenished(_)
            | Event::ProductCreated(_)
            | Event::ProductChanged(_)
            | Event::ProductDeleted(_) => (Topic::STOCK_EVENTS, "product", "3".to_owned()),
            Event::OrderCreationFailed(failed) => {
                (Topic::ORDER_SAGA_EVENTS, "order", failed.correlation_id.to_string())
            }
            _ => (Topic::ORDER_SAGA_EVENTS, "order", "41".to_owned()),
        };
        let actual = (topic, envelope.aggregate_type.as_str(), envelope.aggregate_id);
        assert_eq!(actual, expected, "{}", envelope.event_type);
    }
}

#[test]
fn a_saga_without_an_order_ends_under_its_correlation_id() {
    let correlation_id = Uuid::from_u128(7);
    let end =
        Event::from(SagaCompleted { order_id: None, correlation_id, outcome: SagaOutcome::Refused, reason: None });
    let envelope = end.to_envelope(samples::origin()).unwrap();
    assert_eq!(envelope.aggregate_id, correlation_id.to_string());
}

#[test]
fn timestamps_are_utc_in_microseconds_whatever_the_writer_made_of_them() {
    let golden = samples::envelope(&samples::all().remove(0));
    let json = String::from_utf8(golden.encode().unwrap()).unwrap();
    for written in ["2025-11-21T04:00:00.000250999Z", "2025-11-20T23:00:00.00025-05:00"] {
        let foreign = json.replace("2025-11-21T04:00:00.000250Z", written);
        assert_ne!(foreign, json);
        assert_eq!(Envelope::decode(foreign.as_bytes()).unwrap(), golden);
    }
    let too_late = Envelope { timestamp: DateTime::<Utc>::MAX_UTC, ..golden };
    assert!(too_late.encode().is_err(), "nobody could read it");
}
