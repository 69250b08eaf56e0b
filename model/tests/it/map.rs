//! The model and the saga's map say the same: neither can drift.

use std::collections::BTreeSet;

use model::{Bounds, Saga};
use shared_events::{EventSpec, SAGA, Topic};

use crate::walk::{Walk, walk};

/// Enough to meet every reaction there is: an order with all that can happen to it, and one that is short of stock.
fn walked() -> Vec<Walk> {
    let calm = Bounds { kills: 0, stalls: 0, ..Bounds::ONE_ORDER };
    [calm, Bounds { stock: 1, ..calm }].map(|bounds| walk(&Saga::new(bounds, &[]))).into()
}

fn of_orders() -> impl Iterator<Item = &'static EventSpec> {
    SAGA.events.iter().filter(|spec| spec.topic == Topic::ORDER_SAGA_EVENTS)
}

#[test]
fn every_reaction_of_the_model_is_one_of_the_map() {
    for (service, event, emitted) in walked().iter().flat_map(|walk| &walk.reactions) {
        let reaction = SAGA.spec(event).unwrap().reaction.unwrap();
        assert_eq!(reaction.service, service.name(), "who reacts to {event}");
        for emitted in emitted {
            assert!(
                reaction.emits.contains(emitted),
                "{event} makes the model emit {emitted}, which the map does not say"
            );
        }
        assert!(reaction.may_be_silent || !emitted.is_empty(), "{event} makes the model emit nothing");
    }
}

#[test]
fn every_reaction_of_the_map_is_one_of_the_model() {
    let walks = walked();
    let taken: BTreeSet<_> = walks.iter().flat_map(|walk| &walk.reactions).collect();
    for spec in of_orders() {
        let Some(reaction) = spec.reaction else { continue };
        let of_event = || taken.iter().filter(|(_, event, _)| *event == spec.event_type);
        for emitted in reaction.emits {
            let is_taken = of_event().any(|(_, _, all)| all.contains(emitted));
            assert!(is_taken, "{} never makes the model emit {emitted}", spec.event_type);
        }
        let is_silent = of_event().any(|(_, _, all)| all.is_empty());
        assert_eq!(is_silent, reaction.may_be_silent, "whether {} can come to nothing", spec.event_type);
    }
}

/// Every path so has an end, at which nothing is on its way: that is what "every order ends" stands on.
#[test]
fn no_path_runs_in_a_circle() {
    for bounds in [Bounds::ONE_ORDER, Bounds { kills: 0, ..Bounds::TWO_ORDERS }] {
        let walk = walk(&Saga::new(bounds, &[]));
        assert_eq!(walk.circles, 0, "of {} states within {bounds:?}", walk.states);
    }
}
