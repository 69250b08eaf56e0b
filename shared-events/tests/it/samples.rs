//! One event of each type, with values that a reader recognises: what the golden files hold.

use std::collections::BTreeMap;

use chrono::DateTime;
use shared_events::{
    Currency, Envelope, Event, Money, OrderCancellationRequested, OrderCancelled, OrderCreated, OrderCreationFailed,
    OrderCreationFailure, OrderItem, OrderPaid, Origin, PaymentCreated, PaymentCreationFailed, PaymentDeclined,
    PaymentExpired, PaymentRefunded, PaymentRefusal, PaymentSucceeded, PaymentVoided, ProductChanged, ProductCreated,
    ProductDeleted, RequestedItem, SAGA, STORE_MANAGER, SagaCompleted, SagaOutcome, Shortage, StockChange,
    StockDecreaseFailed, StockDecreased, StockIncreased, StockLevelSet, StockReplenished,
};
use uuid::Uuid;

const ORDER_ID: u64 = 41;
const USER_ID: u64 = 3;
const PAYMENT_ID: u64 = 17;
const LAPTOP: u64 = 1;
const KEYBOARD: u64 = 2;
const GADGET: u64 = 3;
const CORRELATION_ID: Uuid = Uuid::from_u128(0x0199_d2f0_8c4e_7a31_9b60_2f5d_7c1e_0a02);

pub fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

fn cad() -> Currency {
    "CAD".parse().expect("a currency")
}

/// The envelope's part of the samples.
pub fn origin() -> Origin {
    Origin {
        event_id: Uuid::from_u128(0x0199_d2f0_8c4f_7b12_8a77_51c0_44de_9b03),
        timestamp: DateTime::from_timestamp_micros(1_763_697_600_000_250).expect("a time"),
        correlation_id: CORRELATION_ID,
        causation_id: Some(Uuid::from_u128(0x0199_d2f0_8c4e_7c55_8d10_6e2b_90af_1c01)),
        service_name: STORE_MANAGER.to_owned(),
        metadata: BTreeMap::from([(
            "traceparent".to_owned(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
        )]),
    }
}

/// A sample as the service that writes such events would send it.
pub fn envelope(event: &Event) -> Envelope {
    event.to_envelope(Origin { service_name: writer(event.event_type()).to_owned(), ..origin() }).unwrap()
}

/// The service that writes events of that type.
pub fn writer(event_type: &str) -> &'static str {
    SAGA.told_by(event_type).unwrap_or_else(|| panic!("the map does not say which service tells {event_type}"))
}

/// Fails with the names that a list lacks or has too many.
pub fn assert_named(list: &str, found: &[&str], wanted: &[&str]) {
    let lacks: Vec<_> = wanted.iter().filter(|name| !found.contains(name)).collect();
    let has_besides: Vec<_> = found.iter().filter(|name| !wanted.contains(name)).collect();
    assert!(lacks.is_empty() && has_besides.is_empty(), "{list} lacks {lacks:?}, and has besides {has_besides:?}");
    assert_eq!(found, wanted, "{list} names each once, in this order");
}

/// Every event once.
pub fn all() -> Vec<Event> {
    [orders(), stock(), products(), payments(), sagas()].concat()
}

fn orders() -> Vec<Event> {
    vec![
        Event::from(OrderCreated {
            order_id: ORDER_ID,
            user_id: USER_ID,
            items: vec![
                OrderItem { product_id: LAPTOP, quantity: 1, unit_price: money("1999.99") },
                OrderItem { product_id: KEYBOARD, quantity: 2, unit_price: money("59.50") },
            ],
            total_amount: money("2118.99"),
            currency: cad(),
        }),
        Event::from(OrderCreationFailed {
            correlation_id: CORRELATION_ID,
            user_id: USER_ID,
            items: vec![RequestedItem { product_id: 999, quantity: 1 }],
            reason: OrderCreationFailure::UnknownProducts { product_ids: vec![999] },
        }),
        Event::from(OrderCancellationRequested {
            order_id: ORDER_ID,
            user_id: USER_ID,
            reason: "cancelled by request".to_owned(),
        }),
        Event::from(OrderCancelled {
            order_id: ORDER_ID,
            user_id: USER_ID,
            reason: "the payment of 60000.00 is above the ceiling of 50000.00".to_owned(),
        }),
        Event::from(OrderPaid {
            order_id: ORDER_ID,
            payment_id: PAYMENT_ID,
            amount: money("2118.99"),
            currency: cad(),
        }),
    ]
}

fn stock() -> Vec<Event> {
    let items = vec![
        StockChange { product_id: LAPTOP, quantity: 1, level: 999, version: 2 },
        StockChange { product_id: KEYBOARD, quantity: 2, level: 498, version: 7 },
    ];
    vec![
        Event::from(StockDecreased {
            order_id: ORDER_ID,
            user_id: USER_ID,
            total_amount: money("2118.99"),
            currency: cad(),
            items: items.clone(),
        }),
        Event::from(StockDecreaseFailed {
            order_id: ORDER_ID,
            user_id: USER_ID,
            shortages: vec![Shortage { product_id: GADGET, requested: 3, available: 2 }],
        }),
        Event::from(StockIncreased { order_id: ORDER_ID, items, reason: "the payment expired".to_owned() }),
        Event::from(StockLevelSet { product_id: GADGET, level: 2, version: 9, delta: -3 }),
        Event::from(StockReplenished {
            product_id: GADGET,
            quantity: 40,
            level: 42,
            version: 10,
            supplier: Some("Gadgets of Québec".to_owned()),
        }),
    ]
}

fn products() -> Vec<Event> {
    let (name, sku) = ("Gadget XYZ".to_owned(), "GG12345".to_owned());
    let (price, dearer) = (money("5.75"), money("6.25"));
    vec![
        Event::from(ProductCreated { product_id: GADGET, name: name.clone(), sku: sku.clone(), price, version: 1 }),
        Event::from(ProductChanged { product_id: GADGET, name, sku, price: dearer, version: 2 }),
        Event::from(ProductDeleted { product_id: GADGET, version: 3 }),
    ]
}

fn payments() -> Vec<Event> {
    let (order_id, payment_id) = (ORDER_ID, PAYMENT_ID);
    let (amount, currency) = (money("2118.99"), cad());
    vec![
        Event::from(PaymentCreated {
            order_id,
            payment_id,
            payment_link: "http://127.0.0.1:5009/payments/process/17".to_owned(),
            amount,
            currency,
        }),
        Event::from(PaymentCreationFailed {
            order_id,
            reason: PaymentRefusal::AmountAboveCeiling { ceiling: money("50000") },
        }),
        Event::from(PaymentSucceeded { order_id, payment_id, amount, currency }),
        Event::from(PaymentDeclined { order_id, payment_id, reason: "insufficient funds".to_owned() }),
        Event::from(PaymentVoided { order_id, payment_id }),
        Event::from(PaymentRefunded { order_id, payment_id, amount, currency }),
        Event::from(PaymentExpired { order_id, payment_id }),
    ]
}

fn sagas() -> Vec<Event> {
    vec![Event::from(SagaCompleted {
        order_id: Some(ORDER_ID),
        correlation_id: CORRELATION_ID,
        outcome: SagaOutcome::Cancelled,
        reason: Some("the payment expired".to_owned()),
    })]
}

#[test]
fn there_is_a_sample_of_every_event() {
    let types: Vec<_> = all().iter().map(Event::event_type).collect();
    assert_named("shared-events/tests/it/samples.rs", &types, Event::TYPES);
}
