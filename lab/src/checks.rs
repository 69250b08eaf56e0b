//! The audit speaks English; this says its checks and what they found in French.

use problem_types::Language;

/// A check of the audit in the reader's language; one that is not known here stays as the audit says it.
pub(crate) fn check_name(name: &str, language: Language) -> &str {
    let known = NAMES.iter().find(|(english, _)| *english == name);
    language.choose(name, known.map_or(name, |(_, french)| french))
}

const NAMES: [(&str, &str); 21] = [
    ("every saga ended", "chaque saga est terminée"),
    ("no stock below zero", "aucun stock sous zéro"),
    ("stock on hand equals the ledger's sum", "le stock est la somme du registre"),
    ("the ledger adds up line by line", "le registre est juste ligne par ligne"),
    (
        "each delivery was announced, each announcement delivered",
        "chaque livraison est annoncée, chaque annonce livrée",
    ),
    (
        "each order holds its items, each cancelled one nothing",
        "chaque commande tient ses articles, chaque annulée aucun",
    ),
    ("no order took or gave back a product twice", "aucune commande n’a pris ni rendu un produit deux fois"),
    ("each total is the sum of its items", "chaque total est la somme de ses articles"),
    (
        "each timeline has one beginning and an end after its last start",
        "chaque chronologie a un début, et une fin après son dernier départ",
    ),
    ("no saga ended twice", "aucune saga ne s’est terminée deux fois"),
    ("each refused order ended", "chaque commande refusée est terminée"),
    ("each event of the last hour is in the inbox", "chaque événement de la dernière heure est dans l’inbox"),
    ("store-manager has nothing unsent", "store-manager n’a rien à envoyer"),
    ("store-manager has nothing parked", "store-manager n’a rien mis de côté"),
    (
        "each order that ended well has one payment of its amount",
        "chaque commande bien terminée a un seul paiement, de son montant",
    ),
    ("orders and payments agree on what is paid", "commandes et paiements disent la même chose de ce qui est payé"),
    ("no cancelled order has a payment open or kept", "aucune commande annulée n’a de paiement ouvert ou gardé"),
    ("each payment of a saga has its order", "chaque paiement d’une saga a sa commande"),
    (
        "each charge is kept or refunded, and nothing else is",
        "chaque débit est gardé ou remboursé, et rien d’autre ne l’est",
    ),
    ("payment-service has nothing unsent", "payment-service n’a rien à envoyer"),
    ("payment-service has nothing parked", "payment-service n’a rien mis de côté"),
];

/// What was counted; of two that begin alike the longer one first.
const NOUNS: [(&str, &str); 14] = [
    ("orders that ended well", "commandes bien terminées"),
    ("cancelled orders", "commandes annulées"),
    ("refused orders", "commandes refusées"),
    ("ended orders", "commandes terminées"),
    ("ended sagas", "sagas terminées"),
    ("payments of sagas", "paiements de sagas"),
    ("paid directly for no order", "payé directement sans commande"),
    ("events of the last hour", "événements de la dernière heure"),
    ("stock levels", "niveaux de stock"),
    ("unsent events", "événements à envoyer"),
    ("parked events", "événements mis de côté"),
    ("movements", "mouvements"),
    ("payments", "paiements"),
    ("orders", "commandes"),
];

/// What a check found: `9 orders`, `2 of 9 orders: 1 (paid), 2`. Ids and what stands beside them stay as they are.
pub(crate) fn detail(detail: &str, language: Language) -> String {
    if language == Language::En {
        return detail.to_owned();
    }
    let (counted, named) = detail.split_once(": ").map_or((detail, ""), |(counted, named)| (counted, named));
    let noun = NOUNS.iter().find(|(english, _)| counted.contains(english));
    let counted = noun.map_or(counted.to_owned(), |(english, french)| counted.replacen(english, french, 1));
    let counted = counted.replacen(" of ", " sur ", 1);
    if named.is_empty() { counted } else { format!("{counted}\u{a0}: {named}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_said_in_french_and_ids_stay() {
        assert_eq!(detail("9 orders", Language::Fr), "9 commandes");
        assert_eq!(
            detail("2 of 9 ended orders: 1 (paid), 2", Language::Fr),
            "2 sur 9 commandes terminées\u{a0}: 1 (paid), 2"
        );
        assert_eq!(detail("0 payments of sagas", Language::Fr), "0 paiements de sagas");
        assert_eq!(
            detail("1 of 9 events of the last hour: 4 (x of y)", Language::Fr),
            "1 sur 9 événements de la dernière heure\u{a0}: 4 (x of y)"
        );
        assert_eq!(detail("0 payments of sagas", Language::En), "0 payments of sagas");
    }
}
