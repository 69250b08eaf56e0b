//! What became of an order, and by whom: its end beside the payment that it has.

use anyhow::Result;
use problem_types::{Language, Text, text};

use super::look;
use crate::course::Course;
use crate::laboratory::Laboratory;
use crate::said::Said;
use crate::words;

/// The fate of an order that has ended, as the tables have it.
///
/// # Errors
/// It has more than one payment.
pub(super) fn fate(lab: &Laboratory, (id, course): (u64, Course)) -> Result<Text> {
    let payments = sqlx::query_scalar("SELECT status FROM payments WHERE order_id = ?")
        .bind(id)
        .fetch_all(lab.databases().payments());
    let payments: Vec<String> = lab.databases().wait(payments)?;
    let payments: Vec<&str> = payments.iter().map(String::as_str).collect();
    in_words(id, course, &look::status_of(lab, id)?, &payments).map_err(Into::into)
}

/// Whoever cancelled follows from the course; that it went that way was waited for.
fn in_words(id: u64, course: Course, status: &str, payments: &[&str]) -> Result<Text, Said> {
    let [en, fr] = Language::ALL.map(|language| words::status(status, language));
    Ok(match (course, payments) {
        (Course::Refunded, ["refunded"]) => text!(
            "Order {id}: paid, then {en} by its customer; its one payment was given back.",
            "Commande {id}\u{a0}: payée, puis {fr} par le client\u{202f}; son seul paiement est remboursé."
        ),
        (Course::RefusedAtPayment, []) => text!(
            "Order {id}: {en} by the store, because payment-service takes no amount so high; no payment.",
            "Commande {id}\u{a0}: {fr} par le magasin, car payment-service n’accepte pas un montant si élevé\u{202f}; aucun \
             paiement."
        ),
        (_, []) => text!("Order {id}: {en}, no payment.", "Commande {id}\u{a0}: {fr}, aucun paiement."),
        (_, [_]) => text!("Order {id}: {en}, one payment.", "Commande {id}\u{a0}: {fr}, un seul paiement."),
        (_, more) => {
            let more = more.len();
            return Err(Said(text!("Order {id} has {more} payments.", "La commande {id} a {more} paiements.")));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_cancelled_and_what_became_of_the_money_is_said() {
        let french = |course, status, payments: &[&str]| {
            in_words(7, course, status, payments).unwrap().get(Language::Fr).replace(['\u{a0}', '\u{202f}'], " ")
        };
        assert_eq!(french(Course::Paid, "paid", &["paid"]), "Commande 7 : payée, un seul paiement.");
        let refunded = french(Course::Refunded, "cancelled", &["refunded"]);
        assert_eq!(refunded, "Commande 7 : payée, puis annulée par le client ; son seul paiement est remboursé.");
        let refused = french(Course::RefusedAtPayment, "cancelled", &[]);
        assert!(refused.contains("annulée par le magasin") && refused.ends_with("aucun paiement."), "{refused}");
    }

    #[test]
    fn money_that_was_kept_is_not_said_to_be_given_back_and_two_payments_are_a_fault() {
        let kept = in_words(7, Course::Refunded, "cancelled", &["paid"]).unwrap();
        assert!(!kept.get(Language::En).contains("given back"));
        assert!(in_words(7, Course::Paid, "paid", &["paid", "paid"]).is_err());
    }
}
