//! The saga's map holds together: nothing missing, nothing invented, and every open saga can end.

use std::collections::BTreeSet;

use shared_events::SagaState::{
    CancellingOrder, Completed, CreatingOrder, CreatingPayment, DecreasingStock, IncreasingStock,
};
use shared_events::{Event, EventSpec, PAYMENT_SERVICE, Reaction, SAGA, STORE_MANAGER, SagaMap, SagaState, Topic};

use crate::samples::assert_named;

fn emits(spec: &EventSpec) -> &'static [&'static str] {
    spec.reaction.map_or(&[], |reaction| reaction.emits)
}

/// Every event that can follow from one, however late.
fn reachable(event_type: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open = vec![SAGA.spec(event_type).unwrap()];
    while let Some(spec) = open.pop() {
        for next in emits(spec) {
            if found.insert(*next) {
                open.push(SAGA.spec(next).unwrap());
            }
        }
    }
    found
}

/// The events after which a saga has yet to end. A cancellation moves no state, yet may begin a saga.
fn leaves_open(spec: &EventSpec) -> bool {
    spec.event_type == "OrderCancellationRequested" || spec.state_after.is_some_and(|state| state != Completed)
}

#[test]
fn every_event_has_exactly_one_row() {
    let mut rows: Vec<_> = SAGA.events.iter().map(|spec| spec.event_type).collect();
    let mut types = Event::TYPES.to_vec();
    rows.sort_unstable();
    types.sort_unstable();
    assert_named("shared-events/src/saga/map.rs", &rows, &types);
}

#[test]
fn reactions_name_services_features_and_events_that_exist() {
    for spec in SAGA.events {
        let Some(reaction) = spec.reaction else { continue };
        let known = match reaction.service {
            STORE_MANAGER => ["stocks", "orders"].contains(&reaction.feature),
            PAYMENT_SERVICE => reaction.feature == "payments",
            _ => false,
        };
        assert!(known, "{} {}", reaction.service, reaction.feature);
        let distinct: BTreeSet<_> = reaction.emits.iter().collect();
        assert_eq!(distinct.len(), reaction.emits.len(), "{}", spec.event_type);
        for emitted in reaction.emits {
            assert!(SAGA.spec(emitted).is_some(), "{} emits {emitted}", spec.event_type);
        }
        assert!(reaction.may_be_silent || !reaction.emits.is_empty(), "{}", spec.event_type);
    }
}

#[test]
fn each_reaction_belongs_to_one_of_the_services() {
    let of = |service| SAGA.reactions_of(service).map(|spec| spec.event_type).collect::<Vec<_>>();
    assert_eq!(of(PAYMENT_SERVICE), ["StockDecreased", "SagaCompleted", "OrderCancellationRequested"]);
    let reactions = SAGA.events.iter().filter(|spec| spec.reaction.is_some()).count();
    assert_eq!(of(STORE_MANAGER).len() + of(PAYMENT_SERVICE).len(), reactions);
    assert!(of("warehouse").is_empty());
    let silent: Vec<_> =
        SAGA.events.iter().filter(|spec| spec.reaction.is_none()).map(|spec| spec.event_type).collect();
    assert_eq!(
        silent,
        ["OrderPaid", "StockLevelSet", "StockReplenished", "ProductCreated", "ProductChanged", "ProductDeleted"]
    );
}

#[test]
fn each_event_is_told_by_one_service_whatever_led_to_it() {
    for spec in SAGA.events {
        let tellers: BTreeSet<&str> = SAGA
            .events
            .iter()
            .filter_map(|other| other.reaction)
            .filter(|reaction| reaction.emits.contains(&spec.event_type))
            .map(|reaction| reaction.service)
            .chain(spec.begun_by)
            .collect();
        assert_eq!(tellers.len(), 1, "{}: {tellers:?}", spec.event_type);
        assert_eq!(SAGA.told_by(spec.event_type), tellers.first().copied(), "{}", spec.event_type);
    }
    assert_eq!(SAGA.told_by("PaymentCreated"), Some(PAYMENT_SERVICE));
    assert_eq!(SAGA.told_by("OrderCreated"), Some(STORE_MANAGER), "a request does");
    assert_eq!(SAGA.told_by("OrderDreamtOf"), None);
}

#[test]
fn from_every_open_saga_the_end_can_be_reached() {
    for spec in SAGA.events.iter().filter(|spec| leaves_open(spec)) {
        assert!(reachable(spec.event_type).contains("SagaCompleted"), "{}", spec.event_type);
        let course = SAGA.steps_to_come(spec.event_type);
        assert_eq!(course.last(), Some(&"SagaCompleted"), "{}", spec.event_type);
    }
}

#[test]
fn only_the_end_is_the_end() {
    let ends: Vec<_> = SAGA.events.iter().filter(|spec| spec.state_after == Some(Completed)).collect();
    assert_eq!(ends, [SAGA.spec("SagaCompleted").unwrap()]);
    // Somebody may tidy up behind it, but nothing comes of it any more.
    assert!(emits(ends[0]).is_empty());
}

#[test]
fn each_event_brings_its_saga_to_the_state_of_the_design() {
    let states = [
        ("OrderCreated", Some(DecreasingStock)),
        ("StockDecreased", Some(CreatingPayment)),
        ("PaymentCreated", Some(CreatingPayment)),
        ("SagaCompleted", Some(Completed)),
        ("OrderCreationFailed", Some(CreatingOrder)),
        ("StockDecreaseFailed", Some(CancellingOrder)),
        ("PaymentCreationFailed", Some(IncreasingStock)),
        ("StockIncreased", Some(CancellingOrder)),
        ("OrderCancelled", Some(CancellingOrder)),
        ("OrderCancellationRequested", None),
        ("PaymentVoided", Some(IncreasingStock)),
        ("PaymentRefunded", Some(IncreasingStock)),
        ("PaymentExpired", Some(IncreasingStock)),
        ("PaymentSucceeded", None),
        ("PaymentDeclined", None),
        ("OrderPaid", None),
        ("StockLevelSet", None),
        ("StockReplenished", None),
        ("ProductCreated", None),
        ("ProductChanged", None),
        ("ProductDeleted", None),
    ];
    let rows: Vec<_> = SAGA.events.iter().map(|spec| spec.event_type).collect();
    assert_named("this test", &states.map(|(event_type, _)| event_type), &rows);
    for (event_type, state) in states {
        assert_eq!(SAGA.spec(event_type).unwrap().state_after, state, "{event_type}");
    }
}

#[test]
fn states_follow_each_other_as_in_the_design() {
    let moves: BTreeSet<(&str, &str)> = SAGA
        .events
        .iter()
        .flat_map(|spec| emits(spec).iter().map(move |next| (spec, SAGA.spec(next).unwrap())))
        .filter_map(|(spec, next)| Some((spec.state_after?, next.state_after?)))
        .filter(|(from, to)| from != to)
        .map(|(from, to)| (from.name(), to.name()))
        .collect();
    let arrows = |arrows: &[(SagaState, SagaState)]| {
        arrows.iter().map(|(from, to)| (from.name(), to.name())).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        moves,
        arrows(&[
            (CreatingOrder, Completed),
            (DecreasingStock, CreatingPayment),
            (CreatingPayment, Completed),
            (DecreasingStock, CancellingOrder),
            (CreatingPayment, IncreasingStock),
            (IncreasingStock, CancellingOrder),
            (CancellingOrder, Completed),
        ])
    );
}

#[test]
fn the_steps_to_come_are_those_of_the_ordinary_course() {
    let way_back = ["StockIncreased", "OrderCancelled", "SagaCompleted"];
    for (last, steps) in [
        ("OrderCreated", &["StockDecreased", "PaymentCreated", "SagaCompleted"][..]),
        ("PaymentCreated", &["SagaCompleted"]),
        ("OrderCreationFailed", &["SagaCompleted"]),
        ("StockDecreaseFailed", &["OrderCancelled", "SagaCompleted"]),
        ("PaymentCreationFailed", &way_back),
        ("PaymentExpired", &way_back),
        ("OrderCancellationRequested", &["PaymentVoided", "StockIncreased", "OrderCancelled", "SagaCompleted"]),
        ("PaymentSucceeded", &["OrderPaid"]),
        ("PaymentDeclined", &[]),
        ("SagaCompleted", &[]),
        ("StockLevelSet", &[]),
        ("StockReplenished", &[]),
        ("ProductChanged", &[]),
        ("OrderDreamtOf", &[]),
    ] {
        assert_eq!(SAGA.steps_to_come(last), steps, "{last}");
    }
}

#[test]
fn a_map_that_runs_in_a_circle_does_not_hang_its_reader() {
    const PING: EventSpec = EventSpec {
        event_type: "Ping",
        aggregate: "ping",
        version: 1,
        topic: Topic::STOCK_EVENTS,
        state_after: None,
        begun_by: None,
        reaction: Some(Reaction { service: "a", feature: "b", does: "answer", emits: &["Ping"], may_be_silent: false }),
    };
    assert_eq!(SagaMap { events: &[PING] }.steps_to_come("Ping"), ["Ping"]);
}
