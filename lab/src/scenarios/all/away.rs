//! Something is away for a while: a service, or the broker.

use problem_types::Text;
use stack::store::Name;

use super::{JUDGE, START_PAYMENTS};
use crate::scenarios::{Action, Scenario, Step};

const PLACE_THREE: Step = Step {
    says: Text::fixed("Three customers place orders all the same.", "Trois clients passent quand même des commandes."),
    does: Action::Place { orders: 3 },
};

pub(super) const PAYMENT_SERVICE: Scenario = Scenario {
    slug: "payment-service-away",
    title: Text::fixed("The payment service is away", "Le service de paiement est absent"),
    what: Text::fixed(
        "payment-service is taken down. Customers go on placing orders: each is accepted, its stock is taken, and it waits \
         for its payment. When the service is back, all of them come to their end by themselves.",
        "On éteint payment-service. Les clients continuent de commander\u{a0}: chaque commande est acceptée, son stock est \
         prélevé, et elle attend son paiement. Quand le service revient, toutes se terminent d’elles-mêmes.",
    ),
    why: Text::fixed(
        "The services do not call each other: they exchange events. Those wait in Kafka, in order, until payment-service \
         reads on from where it was.",
        "Les services ne s’appellent pas\u{a0}: ils échangent des événements. Ceux-ci attendent dans Kafka, dans l’ordre, \
         que payment-service reprenne sa lecture là où il en était.",
    ),
    look: &[
        Text::fixed(
            "The orders: accepted at once, although nobody can make a payment.",
            "Les commandes\u{a0}: acceptées tout de suite, alors que personne ne peut créer de paiement.",
        ),
        Text::fixed(
            "The audit: orders are under way, and nothing is wrong.",
            "L’audit\u{a0}: des commandes sont en cours, et rien n’est anormal.",
        ),
        Text::fixed(
            "After the start: how soon all three are done.",
            "Après le redémarrage\u{a0}: en combien de temps les trois se terminent.",
        ),
    ],
    steps: &[
        Step {
            says: Text::fixed("payment-service is taken down.", "On éteint payment-service."),
            does: Action::TakeDown(Name::PaymentService),
        },
        PLACE_THREE,
        Step {
            says: Text::fixed("The orders wait for their payments.", "Les commandes attendent leur paiement."),
            does: Action::SeeStuck { status: "creating_payment" },
        },
        START_PAYMENTS,
        Step {
            says: Text::fixed("All three sagas go on to their end.", "Les trois sagas continuent jusqu’à leur fin."),
            does: Action::SeeEnd,
        },
        JUDGE,
    ],
};

pub(super) const BROKER: Scenario = Scenario {
    slug: "broker-away",
    title: Text::fixed("The broker is away", "Le courtier de messages est absent"),
    what: Text::fixed(
        "Kafka is taken down. Orders are still accepted; their events stay in store-manager’s outbox. When Kafka is back, \
         the relay sends them, in order.",
        "On éteint Kafka. Les commandes sont encore acceptées\u{202f}; leurs événements restent dans l’outbox de \
         store-manager. Quand Kafka revient, le relais les envoie, dans l’ordre.",
    ),
    why: Text::fixed(
        "An order and its event are written to one database in one transaction. Nobody has to reach Kafka at that moment: \
         an event is published if, and only if, its transaction was committed.",
        "La commande et son événement sont écrits dans la même base de données, en une seule transaction. Personne n’a \
         besoin d’atteindre Kafka à ce moment\u{a0}: un événement est publié si, et seulement si, sa transaction est validée.",
    ),
    look: &[
        Text::fixed(
            "store-manager’s outbox: one more event for each order.",
            "L’outbox de store-manager\u{a0}: un événement de plus à chaque commande.",
        ),
        Text::fixed(
            "The timelines: nothing has happened yet, all steps are still to come.",
            "Les chronologies\u{a0}: rien n’est encore arrivé, tous les pas sont à venir.",
        ),
        Text::fixed("After the start: the outbox becomes empty.", "Après le redémarrage\u{a0}: l’outbox se vide."),
    ],
    steps: &[
        Step { says: Text::fixed("Kafka is taken down.", "On éteint Kafka."), does: Action::TakeDown(Name::Kafka) },
        PLACE_THREE,
        Step {
            says: Text::fixed("Their events wait in the outbox.", "Leurs événements attendent dans l’outbox."),
            does: Action::SeeStuck { status: "decreasing_stock" },
        },
        Step { says: Text::fixed("Kafka is started again.", "On redémarre Kafka."), does: Action::Start(Name::Kafka) },
        Step {
            says: Text::fixed("All three sagas go on to their end.", "Les trois sagas continuent jusqu’à leur fin."),
            does: Action::SeeEnd,
        },
        JUDGE,
    ],
};
