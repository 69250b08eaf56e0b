//! The card network, simulated: it approves every card but the documented test cards that decline.
//!
//! The verdict is a pure function of the card, so asking twice charges nobody: the charge is the payment's
//! transition to `paid`, under its row lock. A real network would be asked with the payment's id as its
//! idempotency key.

use super::card::CardNumber;

/// The test cards that decline, with the reason that is told. The numbers are those of Stripe's test mode
/// (docs.stripe.com/testing, "Declined payments"), which clients may know.
pub const DECLINING_TEST_CARDS: [(&str, &str); 4] = [
    ("4000000000000002", "the card was declined"),
    ("4000000000009995", "insufficient funds"),
    ("4000000000009987", "the card was reported lost"),
    ("4000000000009979", "the card was reported stolen"),
];

/// The network's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorisation {
    /// The amount may be charged.
    Approved,
    /// It may not, for this reason.
    Declined(&'static str),
}

/// Asks for the verdict on a card.
#[must_use]
pub fn authorise(number: &CardNumber) -> Authorisation {
    DECLINING_TEST_CARDS
        .iter()
        .find(|(digits, _)| number.is(digits))
        .map_or(Authorisation::Approved, |(_, reason)| Authorisation::Declined(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::card::Card;
    use serde_json::json;

    fn verdict(number: &str) -> Authorisation {
        let form = json!({"cardNumber": number, "cardCode": 123, "expirationDate": "2030-01"});
        let card =
            Card::check(&serde_json::from_value(form).unwrap(), chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap())
                .unwrap();
        authorise(card.number())
    }

    #[test]
    fn the_documented_cards_decline_and_others_do_not() {
        for (number, reason) in DECLINING_TEST_CARDS {
            assert_eq!(verdict(number), Authorisation::Declined(reason));
        }
        assert_eq!(verdict("9999999999999"), Authorisation::Approved);
        assert_eq!(verdict("4242424242424242"), Authorisation::Approved);
    }
}
