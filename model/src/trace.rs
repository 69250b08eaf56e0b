//! A way through the model in words: what happens at each step, and what stands in the tables afterwards.

use std::fmt::Write as _;

use crate::action::{Action, Work};
use crate::delivery::{emitted_by, is_known, next_event};
use crate::event::{Event, Kind, Service};
use crate::saga::Saga;
use crate::state::{Placement, Slot, State};

/// A path as a Markdown table, a line a step.
#[must_use]
pub fn table(saga: &Saga, path: &[(State, Option<Action>)]) -> String {
    let mut table =
        "| | What happens | Order | In stock | Payment | Not handled yet |\n|---|---|---|---|---|---|\n".to_owned();
    for (number, steps) in (1..).zip(path.windows(2)) {
        let [(before, Some(action)), (after, _)] = steps else { continue };
        let slot = &after.slots[action.slot()];
        let (level, text) = (after.level, describe(saga, before, *action));
        let (order, payment, way) = (order_cell(slot), payment_cell(slot), way_cell(slot));
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {number} | {text} | {order} | {level} | {payment} | {way} |");
    }
    table
}

fn describe(saga: &Saga, before: &State, action: Action) -> String {
    let slot = &before.slots[action.slot()];
    match action {
        Action::Commit(work) => {
            let outcome = match emitted_by(saga, before, work) {
                Some(kinds) => emission(&kinds),
                None => "it contradicts the order's state and is **set aside**".to_owned(),
            };
            format!("{} → {outcome}", work_in_words(slot, work))
        }
        Action::KillBeforeCommit(work) => {
            let sent = emission(&emitted_by(saga, before, work).unwrap_or_default());
            format!("{} → {sent}, and **the process is killed before the commit**", work_in_words(slot, work))
        }
        Action::KillBeforeOffset(service, _, from) => {
            let event = slot.topic[from].kind.name();
            format!("{} is **killed before it stored its offset**; it reads on from `{event}`", service.name())
        }
        Action::KillAfterOffset(service, _) => {
            let event = next_event(slot, service).kind.name();
            format!("{} stores the offset of `{event}`, and is **killed before it commits**", service.name())
        }
        Action::Relay(service, _) => relay(service, slot.side(service).outbox.first(), "sends", ""),
        Action::KillBeforeDelete(service, _) => {
            let end = ", and is **killed before it deletes the row**";
            relay(service, slot.side(service).outbox.first(), "sends", end)
        }
        Action::KillBeforeSend(service, _) => {
            let end = ", and is **killed before it sends it**";
            relay(service, slot.side(service).outbox.first(), "deletes", end)
        }
        Action::Stall(service, _) => {
            relay(service, slot.side(service).outbox.first(), "**stops** with", " in hand; another takes over")
        }
        Action::StaleSend(service, _) => {
            relay(service, slot.side(service).in_hand.first(), "goes on and sends", ", which it still had in hand")
        }
    }
}

fn work_in_words(slot: &Slot, work: Work) -> String {
    let Work::Handle(service, index) = work else { return work.to_string() };
    let event = next_event(slot, service).kind.name();
    let again = if is_known(slot, service) { " **again**" } else { "" };
    format!("{} handles `{event}` of order {}{again}", service.name(), index + 1)
}

fn emission(kinds: &[Kind]) -> String {
    match kinds {
        [] => "nothing".to_owned(),
        kinds => kinds.iter().map(|kind| format!("`{}`", kind.name())).collect::<Vec<_>>().join(", "),
    }
}

fn relay(service: Service, event: Option<&Event>, does: &str, end: &str) -> String {
    let event = event.map_or("nothing", |event| event.kind.name());
    format!("the relay of {} {does} `{event}`{end}", service.name())
}

fn order_cell(slot: &Slot) -> String {
    match &slot.order {
        Placement::None => "–".to_owned(),
        Placement::Refused(_) => "refused".to_owned(),
        Placement::Lost => "lost".to_owned(),
        Placement::Placed(order) => order.status.name().to_owned(),
    }
}

fn payment_cell(slot: &Slot) -> String {
    match (&slot.payment, slot.refusal) {
        (Some(payment), _) => payment.status.as_str().to_owned(),
        (None, Some(_)) => "none, ever".to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// The events that are under way: those that the broker has, then those in the outboxes.
fn way_cell(slot: &Slot) -> String {
    let is_unread = |index: usize, event: &Event| {
        Service::ALL.into_iter().any(|service| event.kind.concerns(service) && slot.side(service).position <= index)
    };
    let sent = slot.topic.iter().enumerate().filter(|(index, event)| is_unread(*index, event)).map(|(_, event)| event);
    let unsent = slot.sides.iter().flat_map(|side| &side.outbox);
    let names: Vec<&str> = sent.chain(unsent).map(|event| event.kind.name()).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}
