//! Words that the page and the scenarios share: spans of time, the states of an order, the courses.

use std::time::Duration;

use problem_types::{Language, Text};

use crate::course::Course;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_three_figures_at_most_and_frenchs_comma() {
        let said = |ms| seconds(Duration::from_millis(ms));
        let span = |en: &str, fr: &str| (en.to_owned(), fr.to_owned());
        assert_eq!(said(314), span("0.31\u{a0}s", "0,31\u{a0}s"));
        assert_eq!(said(9_999), span("10\u{a0}s", "10\u{a0}s"));
        assert_eq!(said(180_000), span("3\u{a0}min", "3\u{a0}min"));
    }
}
