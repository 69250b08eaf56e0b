//! The map of the saga: one row an event, in the order of the story.
//!
//! Owns by whom an event is begun, who reacts to it and what may come of that, as data: a service whose handlers say
//! otherwise does not start. Events are named by their types, so that a row about one that does not exist fails to
//! compile.

use super::SagaState::{CancellingOrder, Completed, CreatingOrder, CreatingPayment, DecreasingStock, IncreasingStock};
use super::{EventSpec, Reaction, SagaMap};
use crate::events::EventBody;
use crate::events::order::{OrderCancellationRequested, OrderCancelled, OrderCreated, OrderCreationFailed, OrderPaid};
use crate::events::payment::{
    PaymentCreated, PaymentCreationFailed, PaymentDeclined, PaymentExpired, PaymentRefunded, PaymentSucceeded,
    PaymentVoided,
};
use crate::events::product::{ProductChanged, ProductCreated, ProductDeleted};
use crate::events::saga::SagaCompleted;
use crate::events::stock::{StockDecreaseFailed, StockDecreased, StockIncreased, StockLevelSet, StockReplenished};

/// The service that owns users, products, orders and stock.
pub const STORE_MANAGER: &str = "store-manager";
/// The service that owns payments.
pub const PAYMENT_SERVICE: &str = "payment-service";

/// The saga of the store.
pub static SAGA: SagaMap = SagaMap {
    events: &[
        // The good way.
        EventSpec::of::<OrderCreated>().begun_by(STORE_MANAGER).brings_to(DecreasingStock).answered_by(Reaction {
            service: STORE_MANAGER,
            feature: "stocks",
            does: "take every item from stock, or none",
            emits: &[StockDecreased::TYPE, StockDecreaseFailed::TYPE],
            may_be_silent: false,
        }),
        // A payment that was made directly, and perhaps paid or declined already, is adopted: two events in one.
        EventSpec::of::<StockDecreased>().brings_to(CreatingPayment).answered_by(Reaction {
            service: PAYMENT_SERVICE,
            feature: "payments",
            does: "make the order's one payment, or refuse to",
            emits: &[PaymentCreated::TYPE, PaymentCreationFailed::TYPE, PaymentSucceeded::TYPE, PaymentDeclined::TYPE],
            may_be_silent: false,
        }),
        // Silent when a cancellation is under way: the saga then ends with that.
        EventSpec::of::<PaymentCreated>().brings_to(CreatingPayment).answered_by(Reaction {
            service: STORE_MANAGER,
            feature: "orders",
            does: "put the payment and its link on the order",
            emits: &[SagaCompleted::TYPE],
            may_be_silent: true,
        }),
        // The saga's end, good or bad. A payment that was made directly may be there for an order that never got as
        // far as its payment: nobody else would give that money back.
        EventSpec::of::<SagaCompleted>().brings_to(Completed).answered_by(Reaction {
            service: PAYMENT_SERVICE,
            feature: "payments",
            does: "undo what was paid directly for an order that is cancelled",
            emits: &[],
            may_be_silent: true,
        }),
        // Ways that end early, and the way back.
        EventSpec::of::<OrderCreationFailed>().begun_by(STORE_MANAGER).brings_to(CreatingOrder).answered_by(Reaction {
            service: STORE_MANAGER,
            feature: "orders",
            does: "record why there is no order",
            emits: &[SagaCompleted::TYPE],
            may_be_silent: false,
        }),
        EventSpec::of::<StockDecreaseFailed>().brings_to(CancellingOrder).answered_by(CANCEL),
        EventSpec::of::<PaymentCreationFailed>().brings_to(IncreasingStock).answered_by(GIVE_BACK),
        EventSpec::of::<StockIncreased>().brings_to(CancellingOrder).answered_by(CANCEL),
        EventSpec::of::<OrderCancelled>().brings_to(CancellingOrder).answered_by(Reaction {
            service: STORE_MANAGER,
            feature: "orders",
            does: "close the saga",
            emits: &[SagaCompleted::TYPE],
            may_be_silent: false,
        }),
        // Cancellation, which may come at any time. Silent where there is no payment yet: the refusal of the
        // payment that is still to come, or the way back that is already taken, then goes on for it.
        EventSpec::of::<OrderCancellationRequested>().begun_by(STORE_MANAGER).answered_by(Reaction {
            service: PAYMENT_SERVICE,
            feature: "payments",
            does: "void or refund the payment, or remember that there must be none",
            emits: &[PaymentVoided::TYPE, PaymentRefunded::TYPE],
            may_be_silent: true,
        }),
        EventSpec::of::<PaymentVoided>().brings_to(IncreasingStock).answered_by(GIVE_BACK),
        EventSpec::of::<PaymentRefunded>().brings_to(IncreasingStock).answered_by(GIVE_BACK),
        EventSpec::of::<PaymentExpired>().begun_by(PAYMENT_SERVICE).brings_to(IncreasingStock).answered_by(GIVE_BACK),
        // Paying, which is no part of a saga: the customer may take a day. Silent when the order is being
        // cancelled: a refund is on its way.
        EventSpec::of::<PaymentSucceeded>().begun_by(PAYMENT_SERVICE).answered_by(Reaction {
            service: STORE_MANAGER,
            feature: "orders",
            does: "mark the order as paid",
            emits: &[OrderPaid::TYPE],
            may_be_silent: true,
        }),
        EventSpec::of::<PaymentDeclined>().begun_by(PAYMENT_SERVICE).answered_by(Reaction {
            service: STORE_MANAGER,
            feature: "orders",
            does: "record why the order is not paid",
            emits: &[],
            may_be_silent: true,
        }),
        EventSpec::of::<OrderPaid>(),
        // What belongs to no order.
        EventSpec::of::<StockLevelSet>().begun_by(STORE_MANAGER),
        EventSpec::of::<StockReplenished>().begun_by(STORE_MANAGER),
        EventSpec::of::<ProductCreated>().begun_by(STORE_MANAGER),
        EventSpec::of::<ProductChanged>().begun_by(STORE_MANAGER),
        EventSpec::of::<ProductDeleted>().begun_by(STORE_MANAGER),
    ],
};

/// The one compensation of stock, whatever made it necessary.
const GIVE_BACK: Reaction = Reaction {
    service: STORE_MANAGER,
    feature: "stocks",
    does: "give back what the ledger says was taken",
    emits: &[StockIncreased::TYPE],
    may_be_silent: false,
};

/// The one way to cancel, whichever step could not be done or had to be undone.
const CANCEL: Reaction = Reaction {
    service: STORE_MANAGER,
    feature: "orders",
    does: "cancel the order, with the reason",
    emits: &[OrderCancelled::TYPE],
    may_be_silent: false,
};
