//! What people and clocks begin, each at any moment: orders, cancellations, cards, expiry.
//!
//! Mirrors the commands behind the routes and the scheduled job. A request that changes nothing is no step.

use payment_service::payments::domain::{Payment, PaymentCommand, PaymentStatus, Transition, transition};
use shared_events::{OrderCreated, OrderCreationFailed, OrderCreationFailure};
use store_manager::orders::{OrderChange, OrderStatus};
use uuid::Uuid;

use crate::action::Work;
use crate::bounds::Bounds;
use crate::rows::number_of;
use crate::saga::{CUSTOMER, PRODUCT};
use crate::state::{OrderRow, PaymentRow, Placement, Slot};
use crate::transaction::{Tx, sagas};

/// What people may want to do about an order.
pub fn offered(bounds: &Bounds, slot: &Slot, index: usize, works: &mut Vec<Work>) {
    if slot.order == Placement::None {
        works.push(Work::Place(index));
        if !bounds.no_refusal {
            works.extend([Work::PlaceDear(index), Work::Refuse(index)]);
        }
    }
    if slot.placed().is_some() && !bounds.no_cancel {
        works.push(Work::Cancel(index));
    }
    if slot.payment.is_some() {
        if !bounds.no_card {
            works.extend([Work::Charge(index), Work::Decline(index)]);
        }
        if !bounds.no_expiry {
            works.push(Work::Expire(index));
        }
    } else if !bounds.no_direct {
        works.extend([Work::PayDirectly(index), Work::PayWrongly(index)]);
    }
}

/// Does it in an open transaction; false when there was nothing to do, or it was refused.
pub fn perform(tx: &mut Tx, work: Work) -> bool {
    match work {
        Work::Place(_) => place(tx, false),
        Work::PlaceDear(_) => place(tx, true),
        Work::Refuse(_) => refuse(tx),
        Work::Cancel(_) => cancel_order(tx),
        Work::PayDirectly(_) => create_payment(tx, false),
        Work::PayWrongly(_) => create_payment(tx, true),
        Work::Charge(_) => process_payment(tx, PaymentCommand::Approve),
        Work::Decline(_) => process_payment(tx, PaymentCommand::Decline),
        Work::Expire(_) => expire_payment(tx),
        Work::Handle(..) => false,
    }
}

/// `orders/commands/create_order.rs`
fn place(tx: &mut Tx, is_dear: bool) -> bool {
    let (status, saga) = (OrderStatus::DecreasingStock, tx.correlation);
    let row = OrderRow { status, is_paid: false, has_payment: false, saga, ended: false, is_dear };
    tx.rows().order = Placement::Placed(row);
    let due = tx.due();
    tx.emit(&OrderCreated {
        order_id: due.order_id,
        user_id: due.user_id,
        items: Vec::new(),
        total_amount: due.amount,
        currency: due.currency,
    });
    true
}

/// The same, for a product that does not exist.
fn refuse(tx: &mut Tx) -> bool {
    tx.rows().order = Placement::Refused(false);
    let reason = OrderCreationFailure::UnknownProducts { product_ids: vec![PRODUCT + 1] };
    let correlation_id = Uuid::from_u128(tx.correlation.into());
    tx.emit(&OrderCreationFailed { correlation_id, user_id: CUSTOMER, items: Vec::new(), reason });
    true
}

/// `orders/commands/cancel_order.rs`
fn cancel_order(tx: &mut Tx) -> bool {
    let Ok(mut order) = tx.lock_own() else { return false };
    let Ok(true) = order.apply(OrderChange::CancellationRequested) else { return false };
    tx.correlation = number_of(order.join_or_open_saga(|| Uuid::from_u128(sagas::CANCELLED.into())));
    let request = order.request_cancellation("");
    tx.emit(&request);
    tx.save(&order);
    true
}

/// `payments/commands/create_payment.rs`, for an order that is not placed yet or has no payment yet. A stranger's is
/// for another user than the order's.
fn create_payment(tx: &mut Tx, is_strangers: bool) -> bool {
    // An order that could not be has no id, so there is nothing to pay.
    let has_no_id = matches!(tx.rows().order, Placement::Refused(_) | Placement::Lost);
    let due = tx.due();
    let is_forbidden = !is_strangers && tx.saga.policy.refusal(&due).is_some();
    if tx.rows().refusal.is_some() || has_no_id || is_forbidden {
        return false;
    }
    tx.rows().payment = Some(PaymentRow { status: PaymentStatus::Open, saga: None, is_strangers });
    true
}

/// `payments/commands/process_payment.rs`
fn process_payment(tx: &mut Tx, command: PaymentCommand) -> bool {
    let Some(mut payment) = tx.lock_payment() else { return false };
    let Transition::Applied(status) = transition(payment.status, command) else { return false };
    payment.status = status;
    tx.save_payment(&payment);
    if status == PaymentStatus::Paid {
        tx.rows().seen.charges += 1;
    }
    if let Some(saga) = payment.correlation_id {
        tx.correlation = number_of(saga);
        match command {
            PaymentCommand::Approve => tx.emit(&payment.succeeded()),
            _ => tx.emit(&payment.declined("")),
        }
    }
    true
}

/// `payments/commands/expire_payments.rs`, for one payment. It selects what is open or declined.
fn expire_payment(tx: &mut Tx) -> bool {
    let is_selected = |payment: &Payment| matches!(payment.status, PaymentStatus::Open | PaymentStatus::Declined);
    let Some(mut payment) = tx.lock_payment().filter(is_selected) else { return false };
    let Transition::Applied(status) = transition(payment.status, PaymentCommand::Expire) else { return false };
    payment.status = status;
    tx.save_payment(&payment);
    if payment.correlation_id.is_some() {
        tx.correlation = sagas::EXPIRED;
        tx.emit(&payment.expired());
    }
    true
}
