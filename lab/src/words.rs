//! Words that the page, the scenarios and the evidence share: spans of time, the states of an order, the courses, the
//! crash points.

use std::time::Duration;

use problem_types::{Language, Text};
use stack::lang::{self, Lang};

use crate::course::Course;

/// The language that was chosen for the terminal, and for evidence that is written from there.
#[must_use]
pub(crate) fn terminals_language() -> Language {
    match lang::current() {
        Lang::English => Language::En,
        Lang::French => Language::Fr,
    }
}

/// A span of time in English and in French: `0.31 s` and `0,31 s`, `12 s`, `3 min`.
pub(crate) fn seconds(span: Duration) -> (String, String) {
    let seconds = span.as_secs_f64();
    let english = match seconds {
        ..9.995 => format!("{seconds:.2}\u{a0}s"),
        ..119.5 => format!("{seconds:.0}\u{a0}s"),
        _ => format!("{:.0}\u{a0}min", seconds / 60.0),
    };
    let french = english.replace('.', ",");
    (english, french)
}

/// An amount as MySQL writes it, `60000.00 CAD`, as people of each language do: `60,000.00 CAD`, `60 000,00 CAD`.
pub(crate) fn amount(written: &str, language: Language) -> String {
    let (whole, rest) = written.split_once('.').unwrap_or((written, ""));
    let (thousands, decimals) = language.choose((',', '.'), ('\u{202f}', ','));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(thousands);
        }
        grouped.push(digit);
    }
    format!("{grouped}{decimals}{}", rest.replace(' ', "\u{a0}"))
}

/// Where an order stands; a status that is not known here stays as the service says it.
pub(crate) fn status(status: &str, language: Language) -> String {
    let known = match status {
        "decreasing_stock" => Text::fixed("taking stock", "prélèvement du stock"),
        "creating_payment" => Text::fixed("making the payment", "création du paiement"),
        "awaiting_payment" => Text::fixed("to be paid", "à payer"),
        "payment_declined" => Text::fixed("card declined", "carte refusée"),
        "paid" => Text::fixed("paid", "payée"),
        "cancellation_requested" => Text::fixed("to be cancelled", "à annuler"),
        "cancelling_order" => Text::fixed("being cancelled", "en cours d’annulation"),
        "cancelled" => Text::fixed("cancelled", "annulée"),
        other => return other.to_owned(),
    };
    known.get(language).to_owned()
}

/// What becomes of an order, after "an order that".
pub(crate) fn course(course: Course) -> Text {
    match course {
        Course::Paid => Text::fixed("is paid", "est payée"),
        Course::ShortOfStock => Text::fixed("is short of stock", "manque de stock"),
        Course::RefusedAtPayment => Text::fixed("is refused at payment", "est refusée au paiement"),
        Course::Refunded => Text::fixed("is cancelled after payment", "est annulée après paiement"),
        Course::Voided => Text::fixed("is cancelled, its card declined", "est annulée, sa carte refusée"),
        Course::Expired => Text::fixed("is never paid", "n’est jamais payée"),
        Course::NeverCreated => Text::fixed("cannot be", "est impossible"),
        Course::Trade => Text::fixed("is none", "n’en est pas une"),
    }
}

/// Where in the code the service dies.
pub(crate) fn place(place: &str) -> Option<Text> {
    Some(match place {
        "request.before-commit" => Text::fixed("a request, before its commit", "une requête, avant son commit"),
        "request.after-commit" => Text::fixed(
            "a request, after its commit, before its answer",
            "une requête, après son commit, avant sa réponse",
        ),
        "relay.before-publish" => Text::fixed("the relay, before it publishes", "le relais, avant de publier"),
        "relay.after-ack" => {
            Text::fixed("the relay, published but not yet deleted", "le relais, publié mais pas encore effacé")
        }
        "handler.before-commit" => Text::fixed("a handler, before its commit", "un traitement, avant son commit"),
        "handler.after-commit" => Text::fixed(
            "a handler, after its commit, before its offset",
            "un traitement, après son commit, avant son offset",
        ),
        "projection.after-write" => {
            Text::fixed("a report, after it was written to Redis", "un rapport, après l’écriture dans Redis")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_people_of_each_language_do() {
        let both = |written: &str| Language::ALL.map(|language| amount(written, language));
        assert_eq!(both("60000.00 CAD"), ["60,000.00\u{a0}CAD", "60\u{202f}000,00\u{a0}CAD"]);
        assert_eq!(both("275.00 CAD"), ["275.00\u{a0}CAD", "275,00\u{a0}CAD"]);
        assert_eq!(both("1234567.89 CAD"), ["1,234,567.89\u{a0}CAD", "1\u{202f}234\u{202f}567,89\u{a0}CAD"]);
    }

    #[test]
    fn a_span_has_three_figures_at_most_and_frenchs_comma() {
        let said = |ms| seconds(Duration::from_millis(ms));
        let span = |en: &str, fr: &str| (en.to_owned(), fr.to_owned());
        assert_eq!(said(314), span("0.31\u{a0}s", "0,31\u{a0}s"));
        assert_eq!(said(9_999), span("10\u{a0}s", "10\u{a0}s"));
        assert_eq!(said(180_000), span("3\u{a0}min", "3\u{a0}min"));
    }
}
