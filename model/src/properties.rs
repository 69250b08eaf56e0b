//! What must hold, and what must at least be able to happen.
//!
//! That every order ends is checked where nothing is on its way any more, in place of stateright's `eventually`, which
//! misses counterexamples where two paths meet. It says the same, because every path comes there: no path is endless
//! (a test looks for circles), and where something is on its way a step of the machinery is possible.

use payment_service::payments::domain::PaymentStatus;
use stateright::Property;
use store_manager::orders::OrderStatus;

use crate::bounds::Bounds;
use crate::saga::{PIECES, Saga};
use crate::state::{Placement, Slot, State};

/// Stock on hand and what the orders hold is what there was, so that no piece belongs to two.
pub const SOLD_ONCE: &str = "no article is sold twice";
/// What was taken for an order came back if the order is cancelled, all of it and no more.
pub const COMPENSATED: &str = "compensation gives back exactly what was taken";
/// A card is charged once an order, and money goes back once.
pub const PAID_ONCE: &str = "nobody pays twice";
/// Where nothing is on its way, the order says of its payment what the payment says.
pub const AGREE: &str = "an order and its payment agree";
/// Where nothing is on its way, each order is as it shall stay, and its saga has ended.
pub const ENDS: &str = "every order ends";
/// No saga's end is told twice.
pub const ENDS_ONCE: &str = "a saga ends once";
/// What the broker has was committed, and what was committed the broker gets.
pub const PUBLISHED: &str = "an event is published if and only if its transaction committed";
/// No handler runs again for an event that had taken effect.
pub const HANDLED_ONCE: &str = "an event is handled once";
/// No transition is rejected.
pub const NOT_PARKED: &str = "no event is set aside";

/// The properties within these bounds: what must always hold, then what must be reached.
pub fn all(bounds: &Bounds) -> Vec<Property<Saga>> {
    let mut all = vec![
        Property::always(SOLD_ONCE, sold_once),
        Property::always(COMPENSATED, |_, state: &State| state.slots.iter().all(compensated)),
        Property::always(PAID_ONCE, |_, state: &State| {
            state.slots.iter().all(|slot| slot.seen.charges <= 1 && slot.seen.refunds <= slot.seen.charges)
        }),
        Property::always(AGREE, |_, state: &State| state.slots.iter().all(|slot| !slot.is_at_rest() || agrees(slot))),
        Property::always(ENDS, |_, state: &State| state.slots.iter().all(|slot| !slot.is_at_rest() || has_ended(slot))),
        Property::always(ENDS_ONCE, |_, state: &State| !state.slots.iter().any(|slot| slot.seen.ended_twice)),
        Property::always(PUBLISHED, |_, state: &State| state.slots.iter().all(published)),
        Property::always(HANDLED_ONCE, |_, state: &State| !state.slots.iter().any(|slot| slot.seen.repeated)),
        Property::always(NOT_PARKED, |_, state: &State| {
            !state.slots.iter().flat_map(|slot| &slot.sides).any(|side| side.is_parked)
        }),
    ];
    reached(bounds, &mut all);
    all
}

/// Without these, what holds might hold because nothing happens.
fn reached(bounds: &Bounds, all: &mut Vec<Property<Saga>>) {
    let is_short = u32::from(bounds.orders) * PIECES > bounds.stock;
    if is_short {
        all.push(Property::sometimes("an order is cancelled for want of stock", |_, state: &State| {
            state.slots.iter().any(|slot| is(slot, OrderStatus::Cancelled) && slot.taken == 0)
        }));
    }
    if bounds.stock < PIECES {
        return;
    }
    if !bounds.no_card {
        all.push(Property::sometimes("an order is paid", |_, state: &State| {
            state.slots.iter().any(|slot| is(slot, OrderStatus::Paid))
        }));
        all.push(Property::sometimes("a card is declined", |_, state: &State| {
            state.slots.iter().any(|slot| is(slot, OrderStatus::PaymentDeclined))
        }));
    }
    if !bounds.no_card && !bounds.no_cancel {
        all.push(Property::sometimes("a paid order is cancelled, and its money given back", |_, state: &State| {
            state.slots.iter().any(|slot| is(slot, OrderStatus::Cancelled) && slot.seen.refunds == 1)
        }));
        all.push(Property::sometimes("a card is charged while the cancellation is under way", |_, state: &State| {
            let charged = |slot: &Slot| slot.payment.as_ref().is_some_and(|row| row.status == PaymentStatus::Paid);
            state.slots.iter().any(|slot| is(slot, OrderStatus::CancellationRequested) && charged(slot))
        }));
    }
    if !bounds.no_expiry {
        all.push(Property::sometimes("an order is cancelled because nobody paid in time", |_, state: &State| {
            let expired = |slot: &Slot| slot.payment.as_ref().is_some_and(|row| row.status == PaymentStatus::Expired);
            state.slots.iter().any(|slot| is(slot, OrderStatus::Cancelled) && expired(slot))
        }));
    }
}

fn is(slot: &Slot, status: OrderStatus) -> bool {
    slot.placed().is_some_and(|order| order.status == status)
}

fn sold_once(saga: &Saga, state: &State) -> bool {
    let held: u32 = state.slots.iter().map(held).sum();
    state.level + held == saga.bounds.stock
}

/// The pieces that an order holds by its state; where that does not tell, by the ledger.
fn held(slot: &Slot) -> u32 {
    match slot.placed().map(|order| order.status) {
        None | Some(OrderStatus::DecreasingStock | OrderStatus::CancellingOrder | OrderStatus::Cancelled) => 0,
        Some(OrderStatus::CancellationRequested) => slot.taken - slot.given_back,
        Some(
            OrderStatus::CreatingPayment
            | OrderStatus::AwaitingPayment
            | OrderStatus::PaymentDeclined
            | OrderStatus::Paid,
        ) => PIECES,
    }
}

fn compensated(slot: &Slot) -> bool {
    let is_back = is(slot, OrderStatus::CancellingOrder) || is(slot, OrderStatus::Cancelled);
    slot.given_back == if is_back { slot.taken } else { 0 }
}

fn agrees(slot: &Slot) -> bool {
    let Some(order) = slot.placed() else { return true };
    let status = slot.payment.as_ref().map(|payment| payment.status);
    let money_kept = slot.seen.charges - slot.seen.refunds;
    match order.status {
        OrderStatus::AwaitingPayment => status == Some(PaymentStatus::Open) && money_kept == 0,
        OrderStatus::PaymentDeclined => status == Some(PaymentStatus::Declined) && money_kept == 0,
        OrderStatus::Paid => status == Some(PaymentStatus::Paid) && order.is_paid && money_kept == 1,
        OrderStatus::Cancelled => {
            let is_open = matches!(status, Some(PaymentStatus::Open | PaymentStatus::Paid | PaymentStatus::Declined));
            !is_open && !order.is_paid && money_kept == 0
        }
        // At rest no order is in these; that every order ends is another property.
        OrderStatus::DecreasingStock
        | OrderStatus::CreatingPayment
        | OrderStatus::CancellationRequested
        | OrderStatus::CancellingOrder => true,
    }
}

fn has_ended(slot: &Slot) -> bool {
    match &slot.order {
        Placement::None | Placement::Lost => true,
        Placement::Refused(is_recorded) => *is_recorded,
        Placement::Placed(order) => {
            let stays = matches!(
                order.status,
                OrderStatus::AwaitingPayment
                    | OrderStatus::PaymentDeclined
                    | OrderStatus::Paid
                    | OrderStatus::Cancelled
            );
            stays && order.ended
        }
    }
}

fn published(slot: &Slot) -> bool {
    slot.sides.iter().all(|side| {
        let is_lost = side.outbox.is_empty() && side.committed & !side.published != 0;
        side.published & !side.committed == 0 && !is_lost
    })
}
