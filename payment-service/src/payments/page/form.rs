//! The card form, and the cards to try it with.

use maud::{Markup, html};
use problem_types::{Language, Text};

use super::format::{amount, card_digits};
use super::texts as t;
use crate::payments::authorisation::DECLINING_TEST_CARDS;
use crate::payments::card::CardError;
use crate::payments::domain::Payment;

/// The card that the page offers for trying: it pays.
const PAYING_TEST_CARD: &str = "4242424242424242";

/// A field of the form.
struct Field {
    /// As the client sends it, and as errors name it.
    name: &'static str,
    label: &'static Text,
    hint: &'static Text,
    /// What a browser may fill in (HTML, autofill field names).
    autocomplete: &'static str,
    /// Longer than what is accepted by some spaces, so that nothing that was pasted is cut in silence.
    max_chars: u8,
}

const NUMBER: Field =
    Field { name: "cardNumber", label: &t::NUMBER, hint: &t::NUMBER_HINT, autocomplete: "cc-number", max_chars: 40 };
const EXPIRATION: Field = Field {
    name: "expirationDate",
    label: &t::EXPIRATION,
    hint: &t::EXPIRATION_HINT,
    autocomplete: "cc-exp",
    max_chars: 12,
};
const CODE: Field =
    Field { name: "cardCode", label: &t::CODE, hint: &t::CODE_HINT, autocomplete: "cc-csc", max_chars: 8 };

/// The form. It has no action: it is posted to the very URL of the page, whatever stands before its path.
pub(super) fn card_form(payment: &Payment, error: Option<CardError>, language: Language) -> Markup {
    html! {
        form method="post" {
            @if let Some(error) = error {
                div.notice.bad role="alert" {
                    p { (t::NOTHING_CHARGED.get(language)) }
                    p { a href={ "#" (error.field()) } { (t::card_error(error).get(language)) } }
                }
            }
            (field(&NUMBER, error, language))
            div.row {
                (field(&EXPIRATION, error, language))
                (field(&CODE, error, language))
            }
            button type="submit" { (t::pay(&amount(payment.amount, payment.currency, language)).get(language)) }
        }
    }
}

/// Always empty: what was typed is never sent back.
fn field(field: &Field, error: Option<CardError>, language: Language) -> Markup {
    let name = field.name;
    let wrong = error.filter(|error| error.field() == name);
    let described_by = if wrong.is_some() { format!("{name}-wrong {name}-hint") } else { format!("{name}-hint") };
    html! {
        div.field {
            label for=(name) { (field.label.get(language)) }
            span.hint id={ (name) "-hint" } { (field.hint.get(language)) }
            @if let Some(error) = wrong {
                span.wrong id={ (name) "-wrong" } { (t::card_error(error).get(language)) }
            }
            input id=(name) name=(name) type="text" inputmode="numeric" required autocomplete=(field.autocomplete)
                maxlength=(field.max_chars) spellcheck="false" aria-describedby=(described_by)
                aria-invalid=[wrong.map(|_| "true")] autofocus[wrong.is_some()];
        }
    }
}

/// The documented test cards.
pub(super) fn test_cards(language: Language) -> Markup {
    html! {
        section.test aria-labelledby="test-cards" {
            h2 id="test-cards" { (t::TEST_CARDS.get(language)) }
            p { (t::TEST_CARDS_TEXT.get(language)) }
            ul {
                li { code { (card_digits(PAYING_TEST_CARD)) } span { (t::PAYS.get(language)) } }
                @for (digits, reason) in DECLINING_TEST_CARDS {
                    li { code { (card_digits(digits)) } span { (t::decline_reason(reason, language)) } }
                }
            }
        }
    }
}
