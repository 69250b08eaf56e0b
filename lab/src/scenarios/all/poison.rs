//! An event that cannot be handled: it stops its own order, and no other.

use problem_types::Text;

use super::JUDGE;
use crate::scenarios::{Action, Scenario, Step};

pub(super) const POISON: Scenario = Scenario {
    slug: "poison",
    title: Text::fixed("A poisoned event", "Un événement empoisonné"),
    what: Text::fixed(
        "A fault in the payments’ database makes the payment of a single order impossible, every time. payment-service sets \
         the event aside and goes on with the other orders. When the fault is mended, the event is replayed and the order \
         comes home.",
        "Un défaut dans la base des paiements rend impossible le paiement d’une seule commande, à chaque essai. \
         payment-service met l’événement de côté et continue avec les autres commandes. Le défaut réparé, on rejoue \
         l’événement et la commande arrive à bon port.",
    ),
    why: Text::fixed(
        "Trying for ever would stop everyone; throwing the event away would lose an order. So it is parked with its error, \
         and later events of the same order queue behind it, in order. A person decides: replay, or discard with a reason.",
        "Réessayer sans fin arrêterait tout le monde\u{202f}; jeter l’événement perdrait une commande. Il est donc mis de \
         côté avec son erreur, et les événements suivants de la même commande attendent derrière lui, dans l’ordre. Une \
         personne décide\u{a0}: rejouer, ou abandonner avec un motif.",
    ),
    look: &[
        Text::fixed(
            "Set aside: 1 event of payment-service, with the words of the error.",
            "Mis de côté\u{a0}: 1 événement de payment-service, avec le texte de l’erreur.",
        ),
        Text::fixed(
            "The other two orders: they end as if nothing had been.",
            "Les deux autres commandes\u{a0}: elles se terminent comme si de rien n’était.",
        ),
        Text::fixed(
            "The audit: it calls for a person, and is content after the replay.",
            "L’audit\u{a0}: il réclame une personne, et il est satisfait après le rejeu.",
        ),
    ],
    steps: &[
        Step {
            says: Text::fixed(
                "The database will refuse the payment of the next order.",
                "La base de données refusera le paiement de la prochaine commande.",
            ),
            does: Action::Poison,
        },
        Step {
            says: Text::fixed(
                "Three customers place orders; the first one is the poisoned one.",
                "Trois clients passent des commandes\u{202f}; la première est l’empoisonnée.",
            ),
            does: Action::Place { orders: 3 },
        },
        Step {
            says: Text::fixed(
                "The first event is set aside; the other orders go on.",
                "Le premier événement est mis de côté\u{202f}; les autres commandes continuent.",
            ),
            does: Action::SeeSetAside,
        },
        Step {
            says: Text::fixed(
                "The fault is mended, and the event replayed.",
                "Le défaut est réparé, et l’événement rejoué.",
            ),
            does: Action::MendAndReplay,
        },
        Step {
            says: Text::fixed("The order comes to its end after all.", "La commande arrive à sa fin malgré tout."),
            does: Action::SeeEnd,
        },
        JUDGE,
    ],
};
