//! Every crash point that there is, from the saga's map: which service passes which place with which events.

use std::collections::BTreeSet;

use shared_events::{
    EventBody, OrderCancellationRequested, OrderCreated, OrderCreationFailed, PAYMENT_SERVICE, PaymentDeclined,
    PaymentExpired, PaymentSucceeded, ProductChanged, ProductCreated, ProductDeleted, SAGA, STORE_MANAGER,
    StockLevelSet, StockReplenished, Topic,
};
use stack::store::Name;

use crate::point::Point;

/// A point in one of the services.
pub type Place = (Name, Point);

/// The events that no other event causes: clients and clocks do, at this service.
const REQUESTS: [(&str, &str); 11] = [
    (STORE_MANAGER, OrderCreated::TYPE),
    (STORE_MANAGER, OrderCreationFailed::TYPE),
    (STORE_MANAGER, OrderCancellationRequested::TYPE),
    (STORE_MANAGER, ProductCreated::TYPE),
    (STORE_MANAGER, ProductChanged::TYPE),
    (STORE_MANAGER, ProductDeleted::TYPE),
    (STORE_MANAGER, StockLevelSet::TYPE),
    (STORE_MANAGER, StockReplenished::TYPE),
    (PAYMENT_SERVICE, PaymentSucceeded::TYPE),
    (PAYMENT_SERVICE, PaymentDeclined::TYPE),
    (PAYMENT_SERVICE, PaymentExpired::TYPE),
];

const REQUEST: [&str; 2] = ["request.before-commit", "request.after-commit"];
const RELAY: [&str; 2] = ["relay.before-publish", "relay.after-ack"];
const HANDLER: [&str; 2] = ["handler.before-commit", "handler.after-commit"];

/// All of them.
#[must_use]
pub fn all() -> BTreeSet<Place> {
    let mut points = BTreeSet::new();
    let mut add = |service: &str, places: [&str; 2], event: &str| {
        points.extend(places.map(|place| (name(service), Point::new(place, event))));
    };
    for (service, event) in REQUESTS {
        add(service, REQUEST, event);
        add(service, RELAY, event);
    }
    for spec in SAGA.events {
        if let Some(reaction) = &spec.reaction {
            reaction.emits.iter().for_each(|emitted| add(reaction.service, RELAY, emitted));
            add(reaction.service, HANDLER, spec.event_type);
        }
        // store-manager writes every event of an order to its timeline, whoever reacts to it.
        if spec.topic == Topic::ORDER_SAGA_EVENTS {
            add(STORE_MANAGER, HANDLER, spec.event_type);
        }
    }
    let projected =
        SAGA.events.iter().map(|spec| (Name::StoreManager, Point::new("projection.after-write", spec.event_type)));
    points.extend(projected);
    points
}

fn name(service: &str) -> Name {
    if service == PAYMENT_SERVICE { Name::PaymentService } else { Name::StoreManager }
}
