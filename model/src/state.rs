//! The state of the model: what stands in both databases and on the topic, and what was seen on the way.

use payment_service::payments::domain::PaymentStatus;
use store_manager::orders::OrderStatus;

use crate::event::{Event, Service};

/// All there is. The one product's level is shared by the orders; everything else belongs to one of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// Pieces in stock, as the row of the product says.
    pub level: u32,
    /// What belongs to each order id, which is also a key of the topic and so one sequence.
    pub slots: Vec<Slot>,
    /// Kills that may still come.
    pub kills: u8,
    /// Relays that may still stop with rows in hand.
    pub stalls: u8,
}

/// What belongs to one order id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// store-manager: the order.
    pub order: Placement,
    /// store-manager: pieces that the ledger says were taken for the order.
    pub taken: u32,
    /// store-manager: pieces that the ledger says were given back.
    pub given_back: u32,
    /// payment-service: the order's one payment.
    pub payment: Option<PaymentRow>,
    /// payment-service: that there must be none; true when the saga was told so.
    pub refusal: Option<bool>,
    /// The order's events in the order in which the broker has them, from the first that may still be read.
    pub topic: Vec<Event>,
    /// What each service has of the delivery, by [`Service`].
    pub sides: [Side; 2],
    /// What was seen on the way.
    pub seen: Seen,
}

/// Whether a client's request made an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Nobody asked yet.
    None,
    /// It could not be; true when that was recorded.
    Refused(bool),
    /// It was placed.
    Placed(OrderRow),
    /// The request was lost before its commit, and its id with it.
    Lost,
}

/// A row of `orders`, as far as it decides anything.
#[allow(clippy::struct_excessive_bools, reason = "columns of a table")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderRow {
    /// Where it stands.
    pub status: OrderStatus,
    /// Whether the customer's money is here.
    pub is_paid: bool,
    /// Whether it knows its payment.
    pub has_payment: bool,
    /// The saga that runs for it, or the last one that did.
    pub saga: u8,
    /// Whether that saga has ended.
    pub ended: bool,
    /// Whether it costs more than payments are made for.
    pub is_dear: bool,
}

/// A row of `payments`, as far as it decides anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PaymentRow {
    /// Where it stands.
    pub status: PaymentStatus,
    /// The order's saga; none until the saga adopts a payment that a client made directly.
    pub saga: Option<u8>,
    /// Whether somebody else than the order's customer made it.
    pub is_strangers: bool,
}

/// One service's part in the delivery of one order's events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Side {
    /// Rows of the outbox, by id.
    pub outbox: Vec<Event>,
    /// Rows that a stopped relay holds in its memory.
    pub in_hand: Vec<Event>,
    /// How many events of `topic` the consumer has passed.
    pub position: usize,
    /// Ids in the inbox: a bit for each number, by who emitted it.
    pub inbox: [u32; 2],
    /// How many events it has emitted, in transactions that committed or not.
    pub emitted: u8,
    /// Which of them were committed.
    pub committed: u32,
    /// Which of them the broker has been given.
    pub published: u32,
    /// An event of the order is set aside: the later ones wait behind it.
    pub is_parked: bool,
}

/// What was seen on the way and stands in no table. It decides nothing; the properties look at it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Seen {
    /// How often a card was charged.
    pub charges: u8,
    /// How often money was given back.
    pub refunds: u8,
    /// The sagas whose end was told.
    pub ended: u8,
    /// A saga's end was told twice.
    pub ended_twice: bool,
    /// A handler ran again for an event that had taken effect.
    pub repeated: bool,
}

impl Slot {
    /// Nothing has happened.
    #[must_use]
    pub fn new() -> Self {
        Self {
            order: Placement::None,
            taken: 0,
            given_back: 0,
            payment: None,
            refusal: None,
            topic: Vec::new(),
            sides: [Side::default(), Side::default()],
            seen: Seen::default(),
        }
    }

    /// That service's part.
    #[must_use]
    pub fn side(&self, service: Service) -> &Side {
        &self.sides[service as usize]
    }

    /// That service's part, to be changed.
    pub fn side_mut(&mut self, service: Service) -> &mut Side {
        &mut self.sides[service as usize]
    }

    /// The order, if there is one.
    #[must_use]
    pub fn placed(&self) -> Option<&OrderRow> {
        match &self.order {
            Placement::Placed(order) => Some(order),
            Placement::None | Placement::Refused(_) | Placement::Lost => None,
        }
    }

    /// Whether nothing is on its way: all is sent, and all that is not parked is handled. Only people can move it on,
    /// or a relay that was thought dead.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let is_done = |side: &Side| side.is_parked || side.position == self.topic.len();
        self.sides.iter().all(|side| side.outbox.is_empty() && is_done(side))
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::new()
    }
}
