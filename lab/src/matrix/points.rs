//! Every crash point that there is, from the saga's map: which service passes which place with which events.

use std::collections::BTreeSet;

use shared_events::{PAYMENT_SERVICE, SAGA, STORE_MANAGER, Topic};
use stack::store::Name;

use crate::point::Point;

/// A point in one of the services.
pub type Place = (Name, Point);

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
    for spec in SAGA.events {
        if let Some(service) = spec.begun_by {
            add(service, REQUEST, spec.event_type);
            add(service, RELAY, spec.event_type);
        }
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
