//! How any event and any envelope is made up for the property tests.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use shared_events::{
    Currency, Event, Money, OrderCancellationRequested, OrderCancelled, OrderCreated, OrderCreationFailed,
    OrderCreationFailure, OrderItem, OrderPaid, Origin, PaymentCreated, PaymentCreationFailed, PaymentDeclined,
    PaymentExpired, PaymentRefunded, PaymentRefusal, PaymentSucceeded, PaymentVoided, ProductChanged, ProductCreated,
    ProductDeleted, RequestedItem, SagaCompleted, SagaOutcome, Shortage, StockChange, StockDecreaseFailed,
    StockDecreased, StockIncreased, StockLevelSet, StockReplenished,
};
use uuid::Uuid;

/// Microseconds from 1970 to the first and the last instant that RFC 3339 can write.
const TIMESTAMPS_US: std::ops::RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

/// The event whose fields come from these strategies.
macro_rules! event_of {
    ($event:ident { $($field:ident: $strategy:expr),+ $(,)? }) => {
        ($($strategy,)+)
            .prop_map(|($($field,)+)| Event::from($event { $($field),+ }))
            .boxed()
    };
}

/// The strategy of each event, in the order of the catalogue.
pub fn by_event() -> Vec<BoxedStrategy<Event>> {
    [orders(), stock(), products(), payments(), sagas()].concat()
}

pub fn any_event() -> impl Strategy<Value = Event> {
    proptest::strategy::Union::new(by_event())
}

pub fn any_origin() -> impl Strategy<Value = Origin> {
    let ids = (any_uuid(), any_uuid(), option::of(any_uuid()));
    (ids, any_timestamp(), any::<String>(), any_metadata()).prop_map(
        |((event_id, correlation_id, causation_id), timestamp, service_name, metadata)| Origin {
            event_id,
            timestamp,
            correlation_id,
            causation_id,
            service_name,
            metadata,
        },
    )
}

fn any_uuid() -> impl Strategy<Value = Uuid> + Clone {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn any_timestamp() -> impl Strategy<Value = DateTime<Utc>> {
    TIMESTAMPS_US.prop_map(|us| DateTime::from_timestamp_micros(us).expect("within the range"))
}

fn any_metadata() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(any::<String>(), any::<String>(), 0..4)
}

pub fn any_money() -> impl Strategy<Value = Money> + Clone {
    prop_oneof![0..=999_999_999_999_u64, 0..=100_000_u64, Just(999_999_999_999_u64)]
        .prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100).parse().expect("an amount"))
}

fn any_currency() -> impl Strategy<Value = Currency> {
    "[A-Z]{3}".prop_map(|code| code.parse().expect("a currency"))
}

fn any_stock_changes() -> impl Strategy<Value = Vec<StockChange>> {
    let change = any::<(u64, u32, u32, u64)>().prop_map(|(product_id, quantity, level, version)| StockChange {
        product_id,
        quantity,
        level,
        version,
    });
    vec(change, 0..5)
}

fn orders() -> Vec<BoxedStrategy<Event>> {
    let item = (any::<u64>(), any::<u32>(), any_money()).prop_map(|(product_id, quantity, unit_price)| OrderItem {
        product_id,
        quantity,
        unit_price,
    });
    let requested = any::<(u64, u32)>().prop_map(|(product_id, quantity)| RequestedItem { product_id, quantity });
    let failure = prop_oneof![
        any::<u64>().prop_map(|user_id| OrderCreationFailure::UnknownUser { user_id }),
        vec(any::<u64>(), 0..4).prop_map(|product_ids| OrderCreationFailure::UnknownProducts { product_ids }),
    ];
    let (text, id) = (any::<String>, any::<u64>);
    vec![
        event_of!(OrderCreated {
            order_id: id(),
            user_id: id(),
            items: vec(item, 0..5),
            total_amount: any_money(),
            currency: any_currency(),
        }),
        event_of!(OrderCreationFailed {
            correlation_id: any_uuid(),
            user_id: id(),
            items: vec(requested, 0..5),
            reason: failure,
        }),
        event_of!(OrderCancellationRequested { order_id: id(), user_id: id(), reason: text() }),
        event_of!(OrderCancelled { order_id: id(), user_id: id(), reason: text() }),
        event_of!(OrderPaid { order_id: id(), payment_id: id(), amount: any_money(), currency: any_currency() }),
    ]
}

fn stock() -> Vec<BoxedStrategy<Event>> {
    let shortage = any::<(u64, u32, u32)>().prop_map(|(product_id, requested, available)| Shortage {
        product_id,
        requested,
        available,
    });
    let id = any::<u64>;
    vec![
        event_of!(StockDecreased {
            order_id: id(),
            user_id: id(),
            total_amount: any_money(),
            currency: any_currency(),
            items: any_stock_changes(),
        }),
        event_of!(StockDecreaseFailed { order_id: id(), user_id: id(), shortages: vec(shortage, 0..5) }),
        event_of!(StockIncreased { order_id: id(), items: any_stock_changes(), reason: any::<String>() }),
        event_of!(StockLevelSet { product_id: id(), level: any::<u32>(), version: any::<u64>(), delta: any::<i64>() }),
        event_of!(StockReplenished {
            product_id: id(),
            quantity: any::<u32>(),
            level: any::<u32>(),
            version: any::<u64>(),
            supplier: any::<Option<String>>(),
        }),
    ]
}

fn products() -> Vec<BoxedStrategy<Event>> {
    let (text, id) = (any::<String>, any::<u64>);
    vec![
        event_of!(ProductCreated {
            product_id: id(),
            name: text(),
            sku: text(),
            price: any_money(),
            version: any::<u64>(),
        }),
        event_of!(ProductChanged {
            product_id: id(),
            name: text(),
            sku: text(),
            price: any_money(),
            version: any::<u64>(),
        }),
        event_of!(ProductDeleted { product_id: id(), version: any::<u64>() }),
    ]
}

fn payments() -> Vec<BoxedStrategy<Event>> {
    let refusal = prop_oneof![
        any_money().prop_map(|ceiling| PaymentRefusal::AmountAboveCeiling { ceiling }),
        any::<u64>().prop_map(|user_id| PaymentRefusal::UserBlocked { user_id }),
        Just(PaymentRefusal::OrderCancelled),
        any::<u64>().prop_map(|payment_id| PaymentRefusal::AmountMismatch { payment_id }),
    ];
    let (text, id) = (any::<String>, any::<u64>);
    vec![
        event_of!(PaymentCreated {
            order_id: id(),
            payment_id: id(),
            payment_link: text(),
            amount: any_money(),
            currency: any_currency(),
        }),
        event_of!(PaymentCreationFailed { order_id: id(), reason: refusal }),
        event_of!(PaymentSucceeded { order_id: id(), payment_id: id(), amount: any_money(), currency: any_currency() }),
        event_of!(PaymentDeclined { order_id: id(), payment_id: id(), reason: text() }),
        event_of!(PaymentVoided { order_id: id(), payment_id: id() }),
        event_of!(PaymentRefunded { order_id: id(), payment_id: id(), amount: any_money(), currency: any_currency() }),
        event_of!(PaymentExpired { order_id: id(), payment_id: id() }),
    ]
}

fn sagas() -> Vec<BoxedStrategy<Event>> {
    let outcome = prop_oneof![Just(SagaOutcome::Succeeded), Just(SagaOutcome::Cancelled), Just(SagaOutcome::Refused),];
    vec![event_of!(SagaCompleted {
        order_id: option::of(any::<u64>()),
        correlation_id: any_uuid(),
        outcome: outcome,
        reason: any::<Option<String>>(),
    })]
}

#[test]
fn there_is_a_strategy_of_every_event() {
    let mut runner = proptest::test_runner::TestRunner::default();
    let types: Vec<_> = by_event()
        .iter()
        .map(|strategy| strategy.new_tree(&mut runner).expect("a value").current().event_type())
        .collect();
    crate::samples::assert_named("shared-events/tests/it/strategies.rs", &types, Event::TYPES);
}
