//! What the page says, in English and in French.

use problem_types::{Language, Text, text};
use shared_events::OrderId;

use crate::payments::card::CardError;

pub(super) const AMOUNT: Text = Text::fixed("Amount", "Montant");
pub(super) const ORDER: Text = Text::fixed("Order", "Commande");
pub(super) const PAYMENT: Text = Text::fixed("Payment", "Paiement");
pub(super) const PAY_BEFORE: Text = Text::fixed("Pay before", "À payer avant");
pub(super) const PROCESSED: Text = Text::fixed("Processed", "Traité");

pub(super) static NUMBER: Text = Text::fixed("Card number", "Numéro de carte");
pub(super) static NUMBER_HINT: Text = Text::fixed("12 to 19 digits", "De 12 à 19 chiffres");
pub(super) static EXPIRATION: Text = Text::fixed("Expiry date", "Date d’expiration");
pub(super) static EXPIRATION_HINT: Text = Text::fixed("MM/YY", "MM/AA");
pub(super) static CODE: Text = Text::fixed("Security code", "Code de sécurité");
pub(super) static CODE_HINT: Text = Text::fixed("3 or 4 digits", "3 ou 4 chiffres");

pub(super) const NOTHING_CHARGED: Text = Text::fixed(
    "Nothing was charged. Correct this field, and fill in the others again: nothing of a card is kept.",
    "Rien n’a été débité. Corrigez ce champ et remplissez de nouveau les autres\u{a0}: rien d’une carte n’est conservé.",
);

pub(super) const PAID: Text = Text::fixed("Paid", "Payé");
pub(super) const NOTHING_TO_DO: Text = Text::fixed(
    "The store is told of it. There is nothing more to do, and no card can be charged for this order again.",
    "Le magasin en est informé. Il n’y a plus rien à faire, et aucune carte ne sera débitée une autre fois pour cette commande.",
);
pub(super) const DECLINED: Text = Text::fixed("Card declined", "Carte refusée");
pub(super) const DECLINE_IS_FINAL: Text = Text::fixed(
    "Nothing was charged. The first answer to a payment is its last: this one takes no other card. Cancel the order, \
     or let it lapse, and place a new one to pay with another card.",
    "Rien n’a été débité. La première réponse à un paiement est définitive\u{a0}: celui-ci n’accepte pas d’autre carte. \
     Annulez la commande, ou laissez-la expirer, et passez-en une nouvelle pour payer avec une autre carte.",
);
pub(super) const VOIDED_HEADING: Text = Text::fixed("Payment cancelled", "Paiement annulé");
pub(super) const VOIDED: Text = Text::fixed(
    "The order was cancelled before it was paid. Nothing was charged, and nothing is to be paid.",
    "La commande a été annulée avant d’être payée. Rien n’a été débité, et il n’y a rien à payer.",
);
pub(super) const REFUNDED_HEADING: Text = Text::fixed("Payment refunded", "Paiement remboursé");
pub(super) const REFUNDED: Text = Text::fixed(
    "The order was cancelled after it was paid, and the money was given back.",
    "La commande a été annulée après avoir été payée, et l’argent a été rendu.",
);
pub(super) const EXPIRED_HEADING: Text = Text::fixed("Too late to pay", "Trop tard pour payer");
pub(super) const EXPIRED: Text = Text::fixed(
    "The time to pay has passed, and the order is given up. Nothing was charged. Place a new order.",
    "Le délai de paiement est passé, et la commande est abandonnée. Rien n’a été débité. Passez une nouvelle commande.",
);
pub(super) static UNKNOWN: Text = Text::fixed(
    "There is no payment at this address. Check that the link is complete, as the order shows it.",
    "Il n’y a pas de paiement à cette adresse. Vérifiez que le lien est complet, tel que la commande l’indique.",
);
pub(super) const LOOK_AGAIN: Text = Text::fixed("Look where the payment stands", "Voir où en est le paiement");

pub(super) const TEST_CARDS: Text = Text::fixed("Test cards", "Cartes d’essai");
pub(super) const TEST_CARDS_TEXT: Text = Text::fixed(
    "No real card is charged here. Any number with a valid check digit pays, with any code and any date to come.",
    "Aucune vraie carte n’est débitée ici. Tout numéro dont le chiffre de contrôle est juste paie, avec n’importe quel \
     code et n’importe quelle date à venir.",
);
pub(super) const PAYS: Text = Text::fixed("pays", "paie");
pub(super) const FOOTER: Text = Text::fixed(
    "Of the card, only its last four digits are kept.",
    "De la carte, seuls les quatre derniers chiffres sont conservés.",
);

/// The reasons of the simulated network, which are stored in English.
static DECLINE_REASONS: [(&str, Text); 4] = [
    ("the card was declined", Text::fixed("the card was declined", "la carte a été refusée")),
    ("insufficient funds", Text::fixed("insufficient funds", "solde insuffisant")),
    ("the card was reported lost", Text::fixed("the card was reported lost", "la carte a été déclarée perdue")),
    ("the card was reported stolen", Text::fixed("the card was reported stolen", "la carte a été déclarée volée")),
];

pub(super) fn pay_for(order_id: OrderId) -> Text {
    text!("Pay for order {order_id}", "Payer la commande {order_id}")
}

pub(super) fn error_title(order_id: OrderId) -> Text {
    text!("Error: pay for order {order_id}", "Erreur\u{a0}: payer la commande {order_id}")
}

pub(super) fn paid_title(order_id: OrderId) -> Text {
    text!("Paid: order {order_id}", "Payé\u{a0}: commande {order_id}")
}

pub(super) fn declined_title(order_id: OrderId) -> Text {
    text!("Card declined: order {order_id}", "Carte refusée\u{a0}: commande {order_id}")
}

pub(super) fn voided_title(order_id: OrderId) -> Text {
    text!("Payment cancelled: order {order_id}", "Paiement annulé\u{a0}: commande {order_id}")
}

pub(super) fn refunded_title(order_id: OrderId) -> Text {
    text!("Payment refunded: order {order_id}", "Paiement remboursé\u{a0}: commande {order_id}")
}

pub(super) fn expired_title(order_id: OrderId) -> Text {
    text!("Too late to pay: order {order_id}", "Trop tard pour payer\u{a0}: commande {order_id}")
}

pub(super) fn pay(amount: &str) -> Text {
    text!("Pay {amount}", "Payer {amount}")
}

pub(super) fn paid(amount: &str, last4: Option<&str>) -> Text {
    match last4 {
        Some(last4) => text!(
            "{amount} was charged to the card ending in {last4}.",
            "Débit de {amount} sur la carte qui se termine par {last4}."
        ),
        None => text!("{amount} was charged.", "Débit de {amount}."),
    }
}

pub(super) fn declined(reason: &str, last4: Option<&str>) -> Text {
    match last4 {
        Some(last4) => text!(
            "The card ending in {last4} was not accepted: {reason}.",
            "La carte qui se termine par {last4} n’a pas été acceptée\u{a0}: {reason}."
        ),
        None => text!("The card was not accepted: {reason}.", "La carte n’a pas été acceptée\u{a0}: {reason}."),
    }
}

/// What is wrong with the field, and what to do.
pub(super) fn card_error(error: CardError) -> Text {
    match error {
        CardError::Number => Text::fixed(
            "Enter the 12 to 19 digits of a card number.",
            "Saisissez les 12 à 19 chiffres d’un numéro de carte.",
        ),
        CardError::CheckDigit => Text::fixed(
            "This is no card number: its check digit is wrong. Look for a mistyped digit.",
            "Ce n’est pas un numéro de carte\u{a0}: son chiffre de contrôle est faux. Cherchez une faute de frappe.",
        ),
        CardError::Code => Text::fixed(
            "Enter the 3 or 4 digits of the code on the card.",
            "Saisissez les 3 ou 4 chiffres du code inscrit sur la carte.",
        ),
        CardError::Expired => {
            Text::fixed("The card has expired. Use another card.", "La carte a expiré. Utilisez une autre carte.")
        }
        CardError::Date => Text::fixed(
            "Enter the date as it stands on the card, MM/YY.",
            "Saisissez la date telle qu’elle figure sur la carte, MM/AA.",
        ),
    }
}

/// A reason in the reader's language; one that is not known here stays as it was stored.
pub(super) fn decline_reason(reason: &str, language: Language) -> &str {
    let known = DECLINE_REASONS.iter().find(|(stored, _)| *stored == reason);
    known.map_or(reason, |(_, text)| text.get(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::authorisation::DECLINING_TEST_CARDS;

    #[test]
    fn every_reason_of_the_network_is_said_in_both_languages() {
        for (_, reason) in DECLINING_TEST_CARDS {
            assert_eq!(decline_reason(reason, Language::En), reason);
            assert_ne!(decline_reason(reason, Language::Fr), reason);
        }
    }
}
