//! A service with a handler for each event that there is: one refuses, one panics, the others are content.

use std::sync::Arc;

use shared_events::{
    DecodeError, Envelope, Event, EventBody, OrderCancellationRequested, OrderCancelled, OrderCreated,
    OrderCreationFailed, OrderPaid, Origin, PaymentCreated, PaymentCreationFailed, PaymentDeclined, PaymentExpired,
    PaymentRefunded, PaymentSucceeded, PaymentVoided, ProductChanged, ProductCreated, ProductDeleted, SAGA,
    SagaCompleted, StockDecreaseFailed, StockDecreased, StockIncreased, StockLevelSet, StockReplenished,
};
use uuid::Uuid;

use super::reading::origin;
use crate::consumer::message::Message;
use crate::{Handled, HandlerError, Registry, Tx};

pub(super) const SERVICE: &str = "reader";

/// What was handled, in order.
pub(super) const TABLE: &str =
    "CREATE TABLE handled (id BIGINT AUTO_INCREMENT PRIMARY KEY, event_id BINARY(16) NOT NULL)";

async fn read<E: EventBody>(_: &mut Tx, _: E) -> Handled {
    Ok(())
}

async fn refuse(_: &mut Tx, _: OrderPaid) -> Handled {
    Err(HandlerError::park("refused on purpose"))
}

async fn break_down(_: &mut Tx, _: OrderCancelled) -> Handled {
    panic!("on purpose")
}

async fn note(tx: &mut Tx, events: Vec<Arc<Envelope>>) -> Handled {
    for event in events {
        sqlx::query("INSERT INTO handled (event_id) VALUES (?)").bind(event.event_id).execute(&mut **tx).await?;
    }
    Ok(())
}

pub(super) fn registry() -> Registry {
    macro_rules! reading {
        ($($event:ident),+ $(,)?) => { Registry::new(SERVICE, &SAGA)$(.on::<$event>(read))+ };
    }
    let registry = reading![
        OrderCancellationRequested,
        OrderCreated,
        OrderCreationFailed,
        PaymentCreated,
        PaymentCreationFailed,
        PaymentDeclined,
        PaymentExpired,
        PaymentRefunded,
        PaymentSucceeded,
        PaymentVoided,
        ProductChanged,
        ProductCreated,
        ProductDeleted,
        SagaCompleted,
        StockDecreaseFailed,
        StockDecreased,
        StockIncreased,
        StockLevelSet,
        StockReplenished,
    ];
    let registry = registry.on::<OrderPaid>(refuse).on::<OrderCancelled>(break_down).observe(note);
    let without: Vec<&&str> =
        Event::TYPES.iter().filter(|event| !registry.events().any(|has| has == **event)).collect();
    assert!(without.is_empty(), "no handler here for {without:?}");
    registry
}

/// Why the message cannot be handled, if it cannot.
pub(super) fn cause(message: &Message) -> Option<&'static str> {
    let Ok(envelope) = &message.envelope else { return Some("unreadable") };
    match Event::decode(envelope) {
        Err(DecodeError::UnknownType { .. }) => Some("unreadable"),
        Err(_) | Ok(Event::OrderPaid(_) | Event::OrderCancelled(_)) => Some("failed"),
        Ok(_) => None,
    }
}

/// An event that is handled.
pub(super) fn good(number: u64) -> Vec<u8> {
    encode(&ProductDeleted { product_id: number, version: 1 })
}

/// An event whose handler refuses it.
pub(super) fn refused() -> Vec<u8> {
    let (amount, currency) = ("12.50".parse().expect("an amount"), "CAD".parse().expect("a currency"));
    encode(&OrderPaid { order_id: 1, payment_id: 1, amount, currency })
}

/// An event whose handler panics.
pub(super) fn broken_down() -> Vec<u8> {
    encode(&OrderCancelled { order_id: 1, user_id: 1, reason: "none".to_owned() })
}

fn encode<E: EventBody>(event: &E) -> Vec<u8> {
    let origin = Origin { event_id: Uuid::now_v7(), ..origin() };
    Envelope::new(event, origin).and_then(|envelope| envelope.encode()).expect("JSON")
}
