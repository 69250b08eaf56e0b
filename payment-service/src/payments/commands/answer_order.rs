//! An order's stock is taken: its payment is made, adopted or refused.

use saga_kit::{Causation, Failure, HandledAll, Tx};
use shared_events::{OrderId, PaymentCreationFailed, PaymentRefusal};

use crate::payments::domain::{Answer, Due, Payment, PaymentCommand, PaymentStatus, Transition, answer, transition};
use crate::payments::{PaymentError, PaymentPolicy, store};

/// Answers the sagas of several orders. Those that are new here and may be paid, which is most of them, get their
/// payments together; each of the others is answered by itself.
pub async fn answer_orders(tx: &mut Tx, policy: &PaymentPolicy, dues: Vec<(Due, Causation)>) -> HandledAll {
    let orders: Vec<OrderId> = dues.iter().map(|(due, _)| due.order_id).collect();
    let known = store::of_orders::known(tx, &orders).await?;
    let is_plain = |due: &Due| !known.contains(&due.order_id) && answer(due, None, None, policy) == Answer::Create;
    let (plain, mut others): (Vec<_>, Vec<_>) = dues.into_iter().enumerate().partition(|(_, (due, _))| is_plain(due));
    if !create(tx, policy, &plain.iter().map(|&(_, due)| due).collect::<Vec<_>>()).await? {
        others.extend(plain);
        others.sort_by_key(|(index, _)| *index);
    }
    for (index, (due, cause)) in others {
        tx.caused_by(cause);
        answer_order(tx, policy, &due).await.map_err(|error| Failure::at(index, error))?;
    }
    Ok(())
}

/// Makes payments together; false, with nothing done, when a client was quicker with one of them.
async fn create(tx: &mut Tx, policy: &PaymentPolicy, dues: &[(Due, Causation)]) -> Result<bool, PaymentError> {
    if dues.is_empty() {
        return Ok(true);
    }
    let now = tx.now();
    let times = (now, policy.expires_at(now));
    let sagas: Vec<_> = dues.iter().map(|(due, cause)| (*due, cause.correlation_id())).collect();
    let Some(ids) = store::of_orders::insert(tx, &sagas, times).await? else { return Ok(false) };
    for (due, cause) in dues {
        let id = ids.get(&due.order_id).copied().ok_or(sqlx::Error::RowNotFound)?;
        let payment = Payment::open(id, due, Some(cause.correlation_id()), times);
        tx.caused_by(*cause);
        tx.emit(&payment.created(policy.link(id)))?;
    }
    Ok(true)
}

/// Answers the saga with `PaymentCreated` (and `PaymentSucceeded` or `PaymentDeclined`, if a client has tried
/// to pay already) or `PaymentCreationFailed`; with nothing, if it was answered before.
async fn answer_order(tx: &mut Tx, policy: &PaymentPolicy, due: &Due) -> Result<(), PaymentError> {
    let mut payment = store::lock_of_order(tx, due.order_id).await?;
    let refusal = store::lock_refusal(tx, due.order_id).await?;
    let mut decision = answer(due, payment.as_ref(), refusal, policy);
    if decision == Answer::Create {
        let now = tx.now();
        let saga = Some(tx.correlation_id());
        if let Some(created) = store::insert(tx, due, saga, (now, policy.expires_at(now))).await? {
            tx.emit(&created.created(policy.link(created.id)))?;
            return Ok(());
        }
        // A client made it directly since the look above, and has committed by now.
        payment = store::lock_of_order(tx, due.order_id).await?;
        decision = answer(due, payment.as_ref(), refusal, policy);
    }
    match (decision, payment) {
        (Answer::Adopt, Some(payment)) => adopt(tx, policy, payment).await,
        (Answer::Refuse(reason), _) => refuse(tx, due, reason).await,
        (Answer::Nothing, _) => Ok(()),
        (Answer::Create | Answer::Adopt, _) => Err(sqlx::Error::RowNotFound.into()),
    }
}

/// Makes a client's payment that of the saga, and tells the saga where it stands.
async fn adopt(tx: &mut Tx, policy: &PaymentPolicy, mut payment: Payment) -> Result<(), PaymentError> {
    match transition(payment.status, PaymentCommand::Adopt) {
        Transition::Applied(status) => payment.status = status,
        // Only a cancellation closes such a payment, and its refusal would have been the answer before this.
        Transition::AlreadyApplied | Transition::Rejected => {
            return Err(PaymentError::Closed { payment_id: payment.id, status: payment.status });
        }
    }
    payment.correlation_id = Some(tx.correlation_id());
    // The order's time to be paid begins when its saga gets the payment, not when a client asked for it.
    payment.expires_at = policy.expires_at(tx.now());
    store::save(tx, &payment).await?;
    tx.emit(&payment.created(policy.link(payment.id)))?;
    match (payment.status, &payment.decline_reason) {
        (PaymentStatus::Paid, _) => tx.emit(&payment.succeeded())?,
        (PaymentStatus::Declined, Some(reason)) => tx.emit(&payment.declined(reason))?,
        _ => {}
    }
    Ok(())
}

/// Notes the refusal and tells the saga; a payment that a client made directly is undone with it.
async fn refuse(tx: &mut Tx, due: &Due, reason: PaymentRefusal) -> Result<(), PaymentError> {
    let now = tx.now();
    store::remember_refusal(tx, due.order_id, code(&reason), now).await?;
    store::mark_refusal_answered(tx, due.order_id, now).await?;
    // Read again after the refusal is written: a client may have made a payment in between.
    if let Some(mut payment) = store::lock_of_order(tx, due.order_id).await?
        && let Transition::Applied(status) = transition(payment.status, PaymentCommand::Cancel)
    {
        payment.status = status;
        store::save(tx, &payment).await?;
    }
    tx.emit(&PaymentCreationFailed { order_id: due.order_id, reason })?;
    Ok(())
}

/// The reason as `payment_refusals` keeps it, the same word as in the event.
fn code(reason: &PaymentRefusal) -> &'static str {
    match reason {
        PaymentRefusal::AmountAboveCeiling { .. } => "amount_above_ceiling",
        PaymentRefusal::UserBlocked { .. } => "user_blocked",
        PaymentRefusal::OrderCancelled => "order_cancelled",
        PaymentRefusal::AmountMismatch { .. } => "amount_mismatch",
    }
}
