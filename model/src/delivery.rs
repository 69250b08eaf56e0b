//! How events travel, and what may go wrong on the way: outbox, relay, topic, consumer, inbox.
//!
//! Mirrors saga-kit. A handled event is one transaction of inbox row, effects and outbox rows; the broker keeps one
//! order's events in the order in which it was given them; a consumer's place is lost with its process.

use crate::action::{Action, Work};
use crate::bug::Bug;
use crate::event::{Event, Kind, Service};
use crate::saga::Saga;
use crate::state::{Placement, Side, Slot, State};
use crate::transaction::{Parked, Tx, publish};
use crate::{handlers, requests};

/// What a service's machinery may do next about an order, apart from handling.
pub fn offered(saga: &Saga, state: &State, (service, index): (Service, usize), actions: &mut Vec<Action>) {
    let slot = &state.slots[index];
    let side = slot.side(service);
    if !side.outbox.is_empty() {
        actions.push(Action::Relay(service, index));
        if state.kills > 0 {
            actions.push(Action::KillBeforeDelete(service, index));
        }
        if state.kills > 0 && saga.has(Bug::DeleteBeforeAck) {
            actions.push(Action::KillBeforeSend(service, index));
        }
        if state.stalls > 0 && side.in_hand.is_empty() {
            actions.push(Action::Stall(service, index));
        }
    }
    if !side.in_hand.is_empty() {
        actions.push(Action::StaleSend(service, index));
    }
    if state.kills > 0 && !side.is_parked {
        let passed = slot.topic.iter().take(side.position).enumerate();
        let handled = passed.filter(|(_, event)| event.kind.concerns(service));
        actions.extend(handled.map(|(from, _)| Action::KillBeforeOffset(service, index, from)));
        if saga.has(Bug::OffsetBeforeCommit) && side.position < slot.topic.len() {
            actions.push(Action::KillAfterOffset(service, index));
        }
    }
}

/// Where a step leads; nowhere when it changes nothing.
#[must_use]
pub fn step(saga: &Saga, state: &State, action: Action) -> Option<State> {
    let mut next = match action {
        Action::Commit(work) => match attempt(saga, state, work) {
            Attempt::Done(tx) => tx.commit(),
            Attempt::Parked => park(state, work),
            Attempt::Nothing => return None,
        },
        Action::KillBeforeCommit(work) => match attempt(saga, state, work) {
            Attempt::Done(tx) if !tx.emitted().is_empty() => lose(state, tx, work),
            _ => return None,
        },
        other => fail_or_relay(state, other)?,
    };
    for slot in &mut next.slots {
        settle(slot, next.kills);
    }
    Some(next)
}

/// What came of a transaction up to its commit.
enum Attempt<'m> {
    /// It can commit.
    Done(Tx<'m>),
    /// Its event is to be set aside.
    Parked,
    /// There was nothing to do.
    Nothing,
}

fn attempt<'m>(saga: &'m Saga, state: &State, work: Work) -> Attempt<'m> {
    let mut tx = Tx::begin(saga, state, (work.service(), work.slot()));
    if let Work::Handle(service, slot) = work {
        let event = next_event(&state.slots[slot], service);
        return if handle(&mut tx, event).is_ok() { Attempt::Done(tx) } else { Attempt::Parked };
    }
    if requests::perform(&mut tx, work) { Attempt::Done(tx) } else { Attempt::Nothing }
}

/// An event in one transaction: the inbox row first, then what the handler does.
fn handle(tx: &mut Tx, event: Event) -> Result<(), Parked> {
    let is_asked = !tx.saga.has(Bug::InboxOff);
    let (service, slot) = (tx.service, tx.rows());
    let side = slot.side_mut(service);
    side.position += 1;
    let (ids, bit) = (&mut side.inbox[event.from as usize], 1 << event.number);
    let is_known = *ids & bit != 0;
    *ids |= bit;
    if is_known && is_asked {
        return Ok(());
    }
    slot.seen.repeated |= is_known;
    handlers::handle(tx, event)
}

/// What was sent before the commit is there, the rest is not. What sends nothing leaves nothing.
fn lose(before: &State, tx: Tx, work: Work) -> State {
    let mut next = tx.lose(before);
    next.kills -= 1;
    let order = &mut next.slots[work.slot()].order;
    // The database gives no id twice.
    if matches!(work, Work::Place(_) | Work::PlaceDear(_) | Work::Refuse(_)) {
        *order = Placement::Lost;
    }
    next
}

fn park(state: &State, work: Work) -> State {
    let mut parked = state.clone();
    parked.slots[work.slot()].side_mut(work.service()).is_parked = true;
    parked
}

/// What a transaction emits; none where it does not come to its commit.
#[must_use]
pub fn emitted_by(saga: &Saga, state: &State, work: Work) -> Option<Vec<Kind>> {
    match attempt(saga, state, work) {
        Attempt::Done(tx) => Some(tx.emitted()),
        Attempt::Parked | Attempt::Nothing => None,
    }
}

/// The event that a service's consumer comes to next.
#[must_use]
pub fn next_event(slot: &Slot, service: Service) -> Event {
    slot.topic[slot.side(service).position]
}

/// Whether a service has handled its next event before.
#[must_use]
pub fn is_known(slot: &Slot, service: Service) -> bool {
    let event = next_event(slot, service);
    slot.side(service).inbox[event.from as usize] & (1 << event.number) != 0
}

/// The steps that are no transaction.
fn fail_or_relay(state: &State, action: Action) -> Option<State> {
    let mut next = state.clone();
    let slot = &mut next.slots[action.slot()];
    match action {
        Action::Relay(service, _) => {
            let event = slot.side_mut(service).outbox.remove(0);
            publish(slot, event);
        }
        Action::KillBeforeDelete(service, _) => {
            let event = *slot.side(service).outbox.first()?;
            publish(slot, event);
            next.kills -= 1;
        }
        Action::KillBeforeSend(service, _) => {
            slot.side_mut(service).outbox.remove(0);
            next.kills -= 1;
        }
        Action::KillBeforeOffset(service, _, from) => {
            slot.side_mut(service).position = from;
            next.kills -= 1;
        }
        Action::KillAfterOffset(service, _) => {
            slot.side_mut(service).position += 1;
            next.kills -= 1;
        }
        Action::Stall(service, _) => {
            let side = slot.side_mut(service);
            side.in_hand.clone_from(&side.outbox);
            next.stalls -= 1;
        }
        Action::StaleSend(service, _) => {
            let event = slot.side_mut(service).in_hand.remove(0);
            publish(slot, event);
        }
        Action::Commit(_) | Action::KillBeforeCommit(_) => return None,
    }
    Some(next)
}

/// Consumers pass over what does not concern them, and what nobody can read again is forgotten: neither is a step,
/// because neither can be seen by anything else.
fn settle(slot: &mut Slot, kills: u8) {
    let Slot { topic, sides, .. } = slot;
    for (service, side) in Service::ALL.into_iter().zip(sides.iter_mut()) {
        let rest = topic.iter().skip(side.position);
        let passed = if side.is_parked { 0 } else { rest.take_while(|event| !event.kind.concerns(service)).count() };
        side.position += passed;
    }
    if kills == 0 {
        let place = |side: &Side| if side.is_parked { topic.len() } else { side.position };
        let read = sides.iter().map(place).min().unwrap_or(0);
        topic.drain(..read);
        for side in sides {
            side.position = side.position.saturating_sub(read);
        }
    }
}
