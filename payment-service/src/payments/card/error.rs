//! What is wrong with a card.

use std::fmt;

use problem_types::{Language, Text};

/// What is wrong with a card: the first fault there is, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardError {
    /// The number has other characters than digits, or too few, or too many.
    Number,
    /// The number's check digit is wrong.
    CheckDigit,
    /// The code is not three or four digits.
    Code,
    /// The expiration date is past.
    Expired,
    /// The expiration date is no date.
    Date,
}

impl CardError {
    /// The field as the client calls it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Number | Self::CheckDigit => "cardNumber",
            Self::Code => "cardCode",
            Self::Expired | Self::Date => "expirationDate",
        }
    }

    /// What to tell the customer.
    #[must_use]
    pub fn message(self) -> Text {
        match self {
            Self::Number => Text::fixed(
                "must be the 12 to 19 digits of a card number",
                "doit être les 12 à 19 chiffres d'un numéro de carte",
            ),
            Self::CheckDigit => Text::fixed(
                "is no card number: its check digit is wrong; look for a mistyped digit",
                "n'est pas un numéro de carte\u{a0}: son chiffre de contrôle est faux\u{202f}; cherchez une faute de frappe",
            ),
            Self::Code => Text::fixed(
                "must be the 3 or 4 digits of the code on the card",
                "doit être les 3 ou 4 chiffres du code inscrit sur la carte",
            ),
            Self::Expired => Text::fixed(
                "the card has expired; use another card",
                "la carte a expiré\u{202f}; utilisez une autre carte",
            ),
            Self::Date => Text::fixed(
                "must be a date as YYYY-MM-DD, YYYY-MM or MM/YY",
                "doit être une date comme AAAA-MM-JJ, AAAA-MM ou MM/AA",
            ),
        }
    }
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.message().get(Language::En))
    }
}

impl std::error::Error for CardError {}
