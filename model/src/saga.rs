//! The saga as stateright sees it: where it begins, which steps there are, where each leads.

use std::time::Duration;

use payment_service::payments::PaymentPolicy;
use payment_service::payments::policy::BlockedUsers;
use shared_events::{Currency, Money, ProductId, UserId};
use stateright::{Model, Property};

use crate::action::{Action, Work};
use crate::bounds::Bounds;
use crate::bug::Bug;
use crate::event::Service;
use crate::state::{Placement, Slot, State};
use crate::{delivery, properties, requests};

/// Who orders.
pub const CUSTOMER: UserId = 1;
/// Who makes payments for orders of others.
pub const STRANGER: UserId = 2;
/// The one product.
pub const PRODUCT: ProductId = 1;
/// Pieces of it that each order is for: two, so that giving back one too many would show.
pub const PIECES: u32 = 2;

/// The model, with its bounds and the faults that are in it.
#[derive(Debug, Clone)]
pub struct Saga {
    /// How far it goes.
    pub bounds: Bounds,
    /// What is wrong with it on purpose.
    pub bugs: Vec<Bug>,
    /// The payment service's settings: nothing costs anything, except what is above the ceiling.
    pub policy: PaymentPolicy,
    /// The one property to look at; all of them where there is none.
    pub(crate) only: Option<&'static str>,
}

impl Saga {
    /// Within these bounds, with these faults.
    #[must_use]
    pub fn new(bounds: Bounds, bugs: &[Bug]) -> Self {
        Self { bounds, bugs: bugs.to_vec(), policy: policy(), only: None }
    }

    /// Whether that fault is in it.
    #[must_use]
    pub fn has(&self, bug: Bug) -> bool {
        self.bugs.contains(&bug)
    }
}

fn policy() -> PaymentPolicy {
    PaymentPolicy {
        ceiling: Money::ZERO,
        blocked_users: BlockedUsers::default(),
        time_to_pay: Duration::from_secs(1),
        link_base: "http://localhost".parse().expect("a URL"),
        currency: currency(),
    }
}

/// The currency of everything.
pub fn currency() -> Currency {
    "CAD".parse().expect("a currency")
}

impl Model for Saga {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let slots = vec![Slot::new(); self.bounds.orders.into()];
        vec![State { level: self.bounds.stock, slots, kills: self.bounds.kills, stalls: self.bounds.stalls }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut works = Vec::new();
        for (index, slot) in state.slots.iter().enumerate() {
            // Ids are given in order. Orders differ in nothing else, so that no other order of placing them is lost.
            if index == 0 || state.slots[index - 1].order != Placement::None {
                requests::offered(&self.bounds, slot, index, &mut works);
            }
            for service in Service::ALL {
                let side = slot.side(service);
                if !side.is_parked && side.position < slot.topic.len() {
                    works.push(Work::Handle(service, index));
                }
            }
        }
        actions.extend(works.iter().map(|work| Action::Commit(*work)));
        if self.has(Bug::PublishBeforeCommit) && state.kills > 0 {
            actions.extend(works.iter().map(|work| Action::KillBeforeCommit(*work)));
        }
        for index in 0..state.slots.len() {
            for service in Service::ALL {
                delivery::offered(self, state, (service, index), actions);
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        delivery::step(self, state, action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = properties::all(&self.bounds);
        all.retain(|property| self.only.is_none_or(|only| property.name == only));
        all
    }
}
