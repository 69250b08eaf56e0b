//! The steps that the model takes, in words for people.

use std::fmt;

use crate::event::Service;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// A transaction commits.
    Commit(Work),
    /// A process is killed before its transaction commits. A step of its own only where events are sent before the
    /// commit: otherwise nothing has happened.
    KillBeforeCommit(Work),
    /// A process is killed after its commits and before it stored its offset: it reads on from an earlier event.
    KillBeforeOffset(Service, usize, usize),
    /// The same in the wrong order: a process is killed after it stored the offset and before it commits anything.
    KillAfterOffset(Service, usize),
    /// The relay sends the first row of an order, hears that the broker has it, and deletes it.
    Relay(Service, usize),
    /// The same, killed after sending and before deleting.
    KillBeforeDelete(Service, usize),
    /// The same in the wrong order, killed after deleting and before sending.
    KillBeforeSend(Service, usize),
    /// The relay stops with an order's rows in hand; another one takes over.
    Stall(Service, usize),
    /// The stopped relay goes on and sends a row that it still has in hand.
    StaleSend(Service, usize),
}

/// What is done in one transaction, for one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// A client places the order.
    Place(usize),
    /// A client places the order, and it costs more than payments are made for.
    PlaceDear(usize),
    /// A client asks for an order that cannot be.
    Refuse(usize),
    /// A client cancels the order.
    Cancel(usize),
    /// The customer makes the order's payment directly, beside the saga.
    PayDirectly(usize),
    /// A stranger does.
    PayWrongly(usize),
    /// The customer's card is charged.
    Charge(usize),
    /// The customer's card is declined.
    Decline(usize),
    /// The payment's time is over.
    Expire(usize),
    /// A service handles the next event of the order.
    Handle(Service, usize),
}

impl Work {
    /// The order, by its place in the model's list.
    #[must_use]
    pub fn slot(self) -> usize {
        match self {
            Self::Place(slot)
            | Self::PlaceDear(slot)
            | Self::Refuse(slot)
            | Self::Cancel(slot)
            | Self::PayDirectly(slot)
            | Self::PayWrongly(slot)
            | Self::Charge(slot)
            | Self::Decline(slot)
            | Self::Expire(slot)
            | Self::Handle(_, slot) => slot,
        }
    }

    /// The service whose transaction it is.
    #[must_use]
    pub fn service(self) -> Service {
        match self {
            Self::Place(_) | Self::PlaceDear(_) | Self::Refuse(_) | Self::Cancel(_) => Service::Store,
            Self::PayDirectly(_) | Self::PayWrongly(_) | Self::Charge(_) | Self::Decline(_) | Self::Expire(_) => {
                Service::Payments
            }
            Self::Handle(service, _) => service,
        }
    }
}

impl Action {
    /// The order, by its place in the model's list.
    #[must_use]
    pub fn slot(self) -> usize {
        match self {
            Self::Commit(work) | Self::KillBeforeCommit(work) => work.slot(),
            Self::KillBeforeOffset(_, slot, _)
            | Self::KillAfterOffset(_, slot)
            | Self::Relay(_, slot)
            | Self::KillBeforeDelete(_, slot)
            | Self::KillBeforeSend(_, slot)
            | Self::Stall(_, slot)
            | Self::StaleSend(_, slot) => slot,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = self.slot() + 1;
        match self {
            Self::Place(_) => write!(f, "a client places order {order}"),
            Self::PlaceDear(_) => write!(f, "a client places order {order}, which is above the payments' ceiling"),
            Self::Refuse(_) => write!(f, "a client asks for order {order}, of a product that does not exist"),
            Self::Cancel(_) => write!(f, "a client cancels order {order}"),
            Self::PayDirectly(_) => write!(f, "the customer makes the payment of order {order} directly"),
            Self::PayWrongly(_) => write!(f, "a stranger makes the payment of order {order} directly"),
            Self::Charge(_) => write!(f, "the customer pays order {order}: the card is charged"),
            Self::Decline(_) => write!(f, "the customer pays order {order}: the card is declined"),
            Self::Expire(_) => write!(f, "the time to pay order {order} is over"),
            Self::Handle(service, _) => write!(f, "{} handles the next event of order {order}", service.name()),
        }
    }
}
