//! One transaction of a service about one order: what it reads, changes and emits, all of it or nothing.
//!
//! Owns the mirror of saga-kit's `Tx` and of the services' `store.rs`. The rows of the model become the services'
//! own types here, so that the services' own functions decide, and become rows again when they are saved.

use payment_service::payments::domain::{Due, Payment};
use shared_events::{Money, StockChange};
use store_manager::orders::{Order, OrderChange, Transition};
use store_manager::stocks::LockedStock;

use crate::bug::Bug;
use crate::event::{Event, Kind, Service};
use crate::rows::{DEAR, order_of, payment_of, row_of_order, row_of_payment};
use crate::saga::{CUSTOMER, PIECES, PRODUCT, Saga};
use crate::state::{Placement, Slot, State};

/// The event contradicts what stands in the tables: it is set aside.
#[derive(Debug)]
pub struct Parked;

/// The numbers of an order's sagas.
pub mod sagas {
    /// The one that begins with the order.
    pub const PLACED: u8 = 0;
    /// The one that begins with a cancellation after the good end.
    pub const CANCELLED: u8 = 1;
    /// The one that begins when nobody paid in time.
    pub const EXPIRED: u8 = 2;
}

/// See the module's text.
pub struct Tx<'m> {
    pub saga: &'m Saga,
    pub service: Service,
    /// The saga that what is emitted from here on belongs to.
    pub correlation: u8,
    state: State,
    slot: usize,
    emitted: Vec<(Kind, u8)>,
}

impl<'m> Tx<'m> {
    /// Opens a transaction of a service about one order.
    pub fn begin(saga: &'m Saga, state: &State, (service, slot): (Service, usize)) -> Self {
        Self { saga, service, correlation: sagas::PLACED, state: state.clone(), slot, emitted: Vec::new() }
    }

    /// The rows of the order.
    pub fn rows(&mut self) -> &mut Slot {
        &mut self.state.slots[self.slot]
    }

    /// Whether that fault is in the model.
    pub fn has(&self, bug: Bug) -> bool {
        self.saga.has(bug)
    }

    /// Hands an event over.
    pub fn emit<'e, E>(&mut self, event: &'e E)
    where
        Kind: From<&'e E>,
    {
        self.emitted.push((event.into(), self.correlation));
    }

    /// The kinds that were emitted so far.
    pub fn emitted(&self) -> Vec<Kind> {
        self.emitted.iter().map(|(kind, _)| *kind).collect()
    }

    /// The order's id.
    pub fn order_id(&self) -> u64 {
        self.slot as u64 + 1
    }

    /// Locks the order; an event about an order that is not there is set aside.
    pub fn lock_own(&mut self) -> Result<Order, Parked> {
        let id = self.order_id();
        self.rows().placed().map(|row| order_of(id, row)).ok_or(Parked)
    }

    /// Applies a change to the state: true when it was applied, false when it had been applied before.
    pub fn apply(&self, order: &mut Order, change: OrderChange) -> Result<bool, Parked> {
        let repeats = self.has(Bug::Forgetful) && order.status.transition(change) == Transition::AlreadyApplied;
        order.apply(change).map(|applied| applied || repeats).map_err(|_| Parked)
    }

    /// Writes all of a locked order that can change.
    pub fn save(&mut self, order: &Order) {
        self.rows().order = Placement::Placed(row_of_order(order));
    }

    /// The stock of the product beside how many pieces are to be moved.
    pub fn lock_stock(&self, quantity: u32) -> LockedStock {
        LockedStock { product_id: PRODUCT, quantity, level: self.state.level, version: 0 }
    }

    /// Takes the pieces through the ledger, whose unique key refuses a second time.
    pub fn take(&mut self, changes: &[StockChange]) -> Result<(), Parked> {
        if self.rows().taken > 0 && !self.has(Bug::Forgetful) {
            return Err(Parked);
        }
        for change in changes {
            self.state.level = change.level;
            self.rows().taken += change.quantity;
        }
        Ok(())
    }

    /// Gives the pieces back through the ledger, whose unique key refuses a second time.
    pub fn give_back(&mut self, changes: &[StockChange]) -> Result<(), Parked> {
        if self.rows().given_back > 0 && !self.has(Bug::Forgetful) {
            return Err(Parked);
        }
        for change in changes {
            self.state.level = change.level;
            self.rows().given_back += change.quantity;
        }
        Ok(())
    }

    /// Adds pieces to the level, past the ledger.
    pub fn add_to_level(&mut self, pieces: u32) {
        self.state.level += pieces;
    }

    /// What is to be paid for the order, as `StockDecreased` says.
    pub fn due(&mut self) -> Due {
        let (order_id, currency) = (self.order_id(), self.saga.policy.currency);
        let is_dear = self.rows().placed().is_some_and(|order| order.is_dear);
        Due { order_id, user_id: CUSTOMER, amount: if is_dear { DEAR } else { Money::ZERO }, currency }
    }

    /// The order's one payment.
    pub fn lock_payment(&mut self) -> Option<Payment> {
        let due = Due { amount: Money::ZERO, ..self.due() };
        self.rows().payment.as_ref().map(|row| payment_of(&due, row))
    }

    /// Writes the payment.
    pub fn save_payment(&mut self, payment: &Payment) {
        self.rows().payment = Some(row_of_payment(payment));
    }

    /// Commits: the rows are there, and so are the events, in the outbox.
    pub fn commit(mut self) -> State {
        let (service, at_once) = (self.service, self.has(Bug::PublishBeforeCommit));
        for (kind, saga) in std::mem::take(&mut self.emitted) {
            let slot = self.rows();
            let event = numbered(slot, service, (kind, saga));
            slot.side_mut(service).committed |= 1 << event.number;
            if let Kind::SagaCompleted(_) = kind {
                slot.seen.ended_twice |= slot.seen.ended & (1 << saga) != 0;
                slot.seen.ended |= 1 << saga;
            }
            if at_once {
                publish(slot, event);
            } else {
                slot.side_mut(service).outbox.push(event);
            }
        }
        self.state
    }

    /// Is lost before it commits, where events are sent before: they are there, and nothing else is.
    pub fn lose(mut self, before: &State) -> State {
        let mut state = before.clone();
        for emitted in std::mem::take(&mut self.emitted) {
            let slot = &mut state.slots[self.slot];
            let event = numbered(slot, self.service, emitted);
            publish(slot, event);
        }
        state
    }
}

/// Gives an event its id.
fn numbered(slot: &mut Slot, from: Service, (kind, saga): (Kind, u8)) -> Event {
    let side = slot.side_mut(from);
    let event = Event { from, number: side.emitted, kind, saga };
    side.emitted += 1;
    event
}

/// The broker has the event.
pub fn publish(slot: &mut Slot, event: Event) {
    slot.topic.push(event);
    slot.side_mut(event.from).published |= 1 << event.number;
}

/// How many pieces an order is for.
pub const fn wanted() -> u32 {
    PIECES
}
