//! What to answer to an order whose stock is taken.

use shared_events::PaymentRefusal;

use super::{Due, Payment};
use crate::payments::PaymentPolicy;

/// A row of `payment_refusals`: an order that must not be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Whether `PaymentCreationFailed` was emitted; otherwise it waits for `StockDecreased`.
    pub answered: bool,
}

/// What to do for an order whose stock is taken.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was answered before.
    Nothing,
    /// Make its payment.
    Create,
    /// Take the payment that a client made directly.
    Adopt,
    /// Tell the saga that there will be no payment.
    Refuse(PaymentRefusal),
}

/// Decides by what is known of the order. A refusal that was remembered goes before everything: the order
/// was cancelled, and must not be paid whatever else holds.
pub fn answer(due: &Due, payment: Option<&Payment>, refusal: Option<Refusal>, policy: &PaymentPolicy) -> Answer {
    match (refusal, payment) {
        (Some(Refusal { answered: true }), _) => return Answer::Nothing,
        (Some(Refusal { answered: false }), _) => return Answer::Refuse(PaymentRefusal::OrderCancelled),
        (None, Some(payment)) if payment.correlation_id.is_some() => return Answer::Nothing,
        (None, _) => {}
    }
    match (policy.refusal(due), payment) {
        (Some(reason), _) => Answer::Refuse(reason),
        (None, None) => Answer::Create,
        (None, Some(payment)) if payment.pays(due) => Answer::Adopt,
        (None, Some(payment)) => Answer::Refuse(PaymentRefusal::AmountMismatch { payment_id: payment.id }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::domain::PaymentStatus;
    use uuid::Uuid;

    fn policy() -> PaymentPolicy {
        PaymentPolicy {
            ceiling: "100.00".parse().unwrap(),
            blocked_users: "3".parse().unwrap(),
            time_to_pay: std::time::Duration::from_mins(1),
            link_base: "http://host/process".parse().unwrap(),
            currency: "CAD".parse().unwrap(),
        }
    }

    fn due(user_id: u64, amount: &str) -> Due {
        Due { order_id: 1, user_id, amount: amount.parse().unwrap(), currency: "CAD".parse().unwrap() }
    }

    fn payment(of: &Due, correlation_id: Option<Uuid>) -> Payment {
        Payment {
            id: 7,
            order_id: of.order_id,
            user_id: of.user_id,
            amount: of.amount,
            currency: of.currency,
            status: PaymentStatus::Open,
            correlation_id,
            decline_reason: None,
            card_last4: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            expires_at: chrono::DateTime::UNIX_EPOCH,
            processed_at: None,
        }
    }

    #[test]
    fn an_order_without_a_payment_gets_one_unless_the_policy_forbids_it() {
        let ceiling = policy().ceiling;
        assert_eq!(answer(&due(1, "100.00"), None, None, &policy()), Answer::Create);
        let above = answer(&due(1, "100.01"), None, None, &policy());
        assert_eq!(above, Answer::Refuse(PaymentRefusal::AmountAboveCeiling { ceiling }));
        let blocked = answer(&due(3, "1.00"), None, None, &policy());
        assert_eq!(blocked, Answer::Refuse(PaymentRefusal::UserBlocked { user_id: 3 }));
    }

    #[test]
    fn a_direct_payment_is_adopted_only_if_it_is_exactly_what_is_due() {
        let wanted = due(1, "10.00");
        assert_eq!(answer(&wanted, Some(&payment(&wanted, None)), None, &policy()), Answer::Adopt);
        let in_euro = Due { currency: "EUR".parse().unwrap(), ..wanted };
        for other in [due(1, "10.01"), due(2, "10.00"), in_euro] {
            let decided = answer(&wanted, Some(&payment(&other, None)), None, &policy());
            assert_eq!(decided, Answer::Refuse(PaymentRefusal::AmountMismatch { payment_id: 7 }));
        }
    }

    #[test]
    fn an_order_is_answered_once() {
        let wanted = due(1, "10.00");
        let adopted = payment(&wanted, Some(Uuid::nil()));
        assert_eq!(answer(&wanted, Some(&adopted), None, &policy()), Answer::Nothing);
        let answered = Some(Refusal { answered: true });
        assert_eq!(answer(&wanted, None, answered, &policy()), Answer::Nothing);
        assert_eq!(answer(&wanted, Some(&payment(&wanted, None)), answered, &policy()), Answer::Nothing);
    }

    #[test]
    fn a_remembered_cancellation_goes_before_everything() {
        let remembered = Some(Refusal { answered: false });
        let refused = Answer::Refuse(PaymentRefusal::OrderCancelled);
        for wanted in [due(1, "10.00"), due(3, "999.00")] {
            assert_eq!(answer(&wanted, None, remembered, &policy()), refused);
            assert_eq!(answer(&wanted, Some(&payment(&wanted, None)), remembered, &policy()), refused);
        }
    }
}
