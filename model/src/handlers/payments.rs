//! What payments do about events: the mirror of `payment-service/src/payments/handlers/` and `commands/`.

use payment_service::payments::domain::{
    Answer, Payment, PaymentCommand, PaymentStatus, Refusal, Transition, answer, transition,
};
use shared_events::{PaymentCreationFailed, PaymentRefusal, SagaOutcome};
use uuid::Uuid;

use crate::state::PaymentRow;
use crate::transaction::{Parked, Tx};

/// `handlers/stock_decreased.rs` with `commands/answer_order.rs`. Nobody is beside it here: its transaction is one step.
pub fn stock_decreased(tx: &mut Tx) -> Result<(), Parked> {
    let (due, payment) = (tx.due(), tx.lock_payment());
    let refusal = tx.rows().refusal.map(|answered| Refusal { answered });
    let policy = &tx.saga.policy;
    match (answer(&due, payment.as_ref(), refusal, policy), payment) {
        (Answer::Create, _) => {
            let saga = Some(tx.correlation);
            tx.rows().payment = Some(PaymentRow { status: PaymentStatus::Open, saga, is_strangers: false });
            let created = tx.lock_payment().ok_or(Parked)?.created(String::new());
            tx.emit(&created);
            Ok(())
        }
        (Answer::Adopt, Some(payment)) => adopt(tx, payment),
        (Answer::Adopt, None) => Err(Parked),
        (Answer::Refuse(reason), _) => {
            refuse(tx, reason);
            Ok(())
        }
        (Answer::Nothing, _) => Ok(()),
    }
}

fn adopt(tx: &mut Tx, mut payment: Payment) -> Result<(), Parked> {
    match transition(payment.status, PaymentCommand::Adopt) {
        Transition::Applied(status) => payment.status = status,
        Transition::AlreadyApplied | Transition::Rejected => return Err(Parked),
    }
    payment.correlation_id = Some(Uuid::from_u128(tx.correlation.into()));
    tx.save_payment(&payment);
    tx.emit(&payment.created(String::new()));
    match payment.status {
        PaymentStatus::Paid => tx.emit(&payment.succeeded()),
        PaymentStatus::Declined => tx.emit(&payment.declined("")),
        _ => {}
    }
    Ok(())
}

fn refuse(tx: &mut Tx, reason: PaymentRefusal) {
    tx.rows().refusal = Some(true);
    if let Some(mut payment) = tx.lock_payment()
        && let Transition::Applied(status) = transition(payment.status, PaymentCommand::Cancel)
    {
        payment.status = status;
        note_refund(tx, status);
        tx.save_payment(&payment);
    }
    let order_id = tx.order_id();
    tx.emit(&PaymentCreationFailed { order_id, reason });
}

/// `commands/cancel_payment.rs`, for which `handlers/order_cancellation_requested.rs` asks.
pub fn cancel_payment(tx: &mut Tx) {
    let payment = tx.lock_payment();
    if payment.as_ref().is_none_or(|payment| payment.correlation_id.is_none()) {
        tx.rows().refusal.get_or_insert(false);
    }
    let Some(mut payment) = payment else { return };
    let Transition::Applied(status) = transition(payment.status, PaymentCommand::Cancel) else { return };
    payment.status = status;
    note_refund(tx, status);
    tx.save_payment(&payment);
    if payment.correlation_id.is_some() {
        match status {
            PaymentStatus::Refunded => tx.emit(&payment.refunded()),
            _ => tx.emit(&payment.voided()),
        }
    }
}

/// `handlers/saga_completed.rs`. The event about an order that never was carries no order id.
pub fn saga_completed(tx: &mut Tx, outcome: SagaOutcome) {
    match outcome {
        SagaOutcome::Cancelled => cancel_payment(tx),
        SagaOutcome::Succeeded | SagaOutcome::Refused => {}
    }
}

fn note_refund(tx: &mut Tx, status: PaymentStatus) {
    if status == PaymentStatus::Refunded {
        tx.rows().seen.refunds += 1;
    }
}
