//! Walks every step of the model once, deepest first, and notes what the checker does not tell: which events come of
//! which, and whether a path runs in a circle.

use std::collections::{BTreeSet, HashMap};

use model::delivery::{emitted_by, is_known, next_event};
use model::event::Service;
use model::state::State;
use model::{Action, Saga, Work};
use stateright::Model;

/// A reaction that the model took: who, to what, and with which events.
pub type Reaction = (Service, &'static str, Vec<&'static str>);

/// What a walk found.
#[derive(Default)]
pub struct Walk {
    pub states: usize,
    pub reactions: BTreeSet<Reaction>,
    pub circles: usize,
}

/// Walks the whole of it.
pub fn walk(saga: &Saga) -> Walk {
    let mut found = Walk::default();
    // True while the path leads through the state.
    let mut is_open: HashMap<State, bool> = HashMap::new();
    let mut path: Vec<(State, Vec<State>)> = Vec::new();
    for state in saga.init_states() {
        is_open.insert(state.clone(), true);
        path.push((state.clone(), next_states(saga, &state, &mut found.reactions)));
    }
    while let Some((state, ahead)) = path.last_mut() {
        let Some(next) = ahead.pop() else {
            is_open.insert(state.clone(), false);
            path.pop();
            continue;
        };
        match is_open.get(&next) {
            Some(true) => found.circles += 1,
            Some(false) => {}
            None => {
                is_open.insert(next.clone(), true);
                let ahead = next_states(saga, &next, &mut found.reactions);
                path.push((next, ahead));
            }
        }
    }
    found.states = is_open.len();
    found
}

fn next_states(saga: &Saga, state: &State, reactions: &mut BTreeSet<Reaction>) -> Vec<State> {
    let mut actions = Vec::new();
    saga.actions(state, &mut actions);
    for action in &actions {
        reactions.extend(reaction(saga, state, *action));
    }
    actions.into_iter().filter_map(|action| saga.next_state(state, action)).collect()
}

/// What a service makes of an event that it meets for the first time.
fn reaction(saga: &Saga, state: &State, action: Action) -> Option<Reaction> {
    let Action::Commit(work @ Work::Handle(service, index)) = action else { return None };
    let slot = &state.slots[index];
    if is_known(slot, service) {
        return None;
    }
    let emitted = emitted_by(saga, state, work)?;
    Some((service, next_event(slot, service).kind.name(), emitted.iter().map(|kind| kind.name()).collect()))
}
