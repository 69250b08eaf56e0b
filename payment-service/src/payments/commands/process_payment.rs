//! A client pays with a card.

use saga_kit::Tx;
use shared_events::PaymentId;

use crate::payments::authorisation::{Authorisation, authorise};
use crate::payments::card::Card;
use crate::payments::card_form::CardForm;
use crate::payments::domain::{Payment, PaymentCommand, PaymentStatus, Transition, transition};
use crate::payments::{PaymentError, store};

/// Charges or declines the card, once: a second processing finds the first result, whatever its card.
///
/// The row lock decides between two processings, and between a processing and a cancellation or an expiry. The
/// form is checked under it, because only a payment that is open depends on the card.
pub async fn process_payment(tx: &mut Tx, payment_id: PaymentId, form: &CardForm) -> Result<Payment, PaymentError> {
    let payment = store::lock(tx, payment_id).await?.ok_or(PaymentError::NotFound { payment_id })?;
    if payment.status == PaymentStatus::Open && payment.is_overdue(tx.now()) {
        return Err(PaymentError::Closed { payment_id, status: PaymentStatus::Expired });
    }
    // A charge and a decline are possible in the same states, so that one stands for both before the card is seen.
    match transition(payment.status, PaymentCommand::Approve) {
        Transition::Applied(_) => charge(tx, payment, form).await,
        Transition::AlreadyApplied => Ok(payment),
        Transition::Rejected => Err(PaymentError::Closed { payment_id, status: payment.status }),
    }
}

/// Checks the card, and records what the network says of it. The caller locked the payment.
async fn charge(tx: &mut Tx, mut payment: Payment, form: &CardForm) -> Result<Payment, PaymentError> {
    let card = Card::check(form, tx.now().date_naive())?;
    let authorisation = authorise(card.number());
    let command = match authorisation {
        Authorisation::Approved => PaymentCommand::Approve,
        Authorisation::Declined(_) => PaymentCommand::Decline,
    };
    let Transition::Applied(status) = transition(payment.status, command) else {
        return Err(PaymentError::Closed { payment_id: payment.id, status: payment.status });
    };
    payment.status = status;
    payment.card_last4 = Some(card.number().last4().to_owned());
    payment.processed_at = Some(tx.now());
    if let Authorisation::Declined(reason) = authorisation {
        payment.decline_reason = Some(reason.to_owned());
    }
    store::save(tx, &payment).await?;
    if let Some(saga) = payment.correlation_id {
        tx.correlate(saga);
        match authorisation {
            Authorisation::Approved => tx.emit(&payment.succeeded())?,
            Authorisation::Declined(reason) => tx.emit(&payment.declined(reason))?,
        }
    }
    Ok(payment)
}
