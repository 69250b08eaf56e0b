//! Crashes around a commit and around a publication: the three moments at which a step can be half done.

use problem_types::Text;
use stack::store::Name;

use super::{JUDGE, START_PAYMENTS};
use crate::scenarios::{Action, Leaves, Scenario, Step};

const PLACE_ONE: Step = Step {
    says: Text::fixed("A customer places an order.", "Un client passe une commande."),
    does: Action::Place { orders: 1 },
};
pub(super) const BEFORE_COMMIT: Scenario = Scenario {
    slug: "before-commit",
    title: Text::fixed("A crash before the commit", "Panne avant le commit"),
    what: Text::fixed(
        "payment-service receives StockDecreased, writes the payment, and dies just before its commit. The order stands \
         still. Started again, the service receives the same event once more and does the whole work anew.",
        "payment-service reçoit StockDecreased, écrit le paiement, et meurt juste avant son commit. La commande s’arrête \
         là. Redémarré, le service reçoit le même événement encore une fois et refait tout le travail.",
    ),
    why: Text::fixed(
        "The payment, the event that announces it and the note “handled” are one transaction: without the commit, the \
         database undoes all three. Kafka was not told that the event was handled, so it delivers it again.",
        "Le paiement, l’événement qui l’annonce et la note «\u{a0}traité\u{a0}» forment une seule transaction\u{a0}: sans \
         commit, la base de données annule les trois. Kafka ne sait pas que l’événement a été traité\u{a0}: il le livre \
         de nouveau.",
    ),
    look: &[
        Text::fixed(
            "The processes: payment-service is down, the others run.",
            "Les processus\u{a0}: payment-service est éteint, les autres sont en marche.",
        ),
        Text::fixed(
            "The timeline: PaymentCreated is still to come, and time passes.",
            "La chronologie\u{a0}: PaymentCreated est encore à venir, et le temps passe.",
        ),
        Text::fixed(
            "payment-service’s inbox: it does not know the event, as if nothing had been.",
            "L’inbox de payment-service\u{a0}: elle ignore l’événement, comme si rien n’avait eu lieu.",
        ),
    ],
    steps: &[
        Step {
            says: Text::fixed(
                "payment-service will die before its commit, when it handles StockDecreased.",
                "payment-service mourra avant son commit, en traitant StockDecreased.",
            ),
            does: Action::Arm {
                service: Name::PaymentService,
                place: "handler.before-commit",
                event_type: "StockDecreased",
            },
        },
        PLACE_ONE,
        Step {
            says: Text::fixed(
                "payment-service dies. What is left of its work?",
                "payment-service meurt. Que reste-t-il de son travail\u{202f}?",
            ),
            does: Action::SeeDeath { service: Name::PaymentService, leaves: Leaves::Nothing },
        },
        START_PAYMENTS,
        Step {
            says: Text::fixed(
                "Kafka delivers the event again, and the saga goes on to its end.",
                "Kafka livre de nouveau l’événement, et la saga continue jusqu’à sa fin.",
            ),
            does: Action::SeeEnd,
        },
        JUDGE,
    ],
};

pub(super) const AFTER_COMMIT: Scenario = Scenario {
    slug: "after-commit",
    title: Text::fixed("A crash after the commit", "Panne après le commit"),
    what: Text::fixed(
        "payment-service commits the payment and dies before it can tell Kafka that the event is handled. Started again, \
         it receives the event a second time. There must be no second payment.",
        "payment-service valide le paiement (commit) et meurt avant de pouvoir dire à Kafka que l’événement est traité. \
         Redémarré, il le reçoit une deuxième fois. Il ne doit pas y avoir de deuxième paiement.",
    ),
    why: Text::fixed(
        "With the payment, the event’s id was committed to the inbox. The second delivery finds the id there and is \
         skipped. The announcement PaymentCreated waits in the outbox, and the relay sends it after the start.",
        "Avec le paiement, l’identifiant de l’événement a été validé dans l’inbox. La deuxième livraison l’y trouve, et \
         elle est ignorée. L’annonce PaymentCreated attend dans l’outbox\u{202f}; le relais l’envoie après le redémarrage.",
    ),
    look: &[
        Text::fixed(
            "payment-service’s outbox: 1 event waits there although the service is down.",
            "L’outbox de payment-service\u{a0}: 1 événement y attend, alors que le service est éteint.",
        ),
        Text::fixed(
            "The timeline: PaymentCreated is still to come. It is written, and nobody has sent it yet.",
            "La chronologie\u{a0}: PaymentCreated est encore à venir. Il est écrit, et personne ne l’a encore envoyé.",
        ),
        Text::fixed("At the end: one payment, not two.", "À la fin\u{a0}: un paiement, et non deux."),
    ],
    steps: &[
        Step {
            says: Text::fixed(
                "payment-service will die after its commit, when it handles StockDecreased.",
                "payment-service mourra après son commit, en traitant StockDecreased.",
            ),
            does: Action::Arm {
                service: Name::PaymentService,
                place: "handler.after-commit",
                event_type: "StockDecreased",
            },
        },
        PLACE_ONE,
        Step {
            says: Text::fixed(
                "payment-service dies. What is left of its work?",
                "payment-service meurt. Que reste-t-il de son travail\u{202f}?",
            ),
            does: Action::SeeDeath { service: Name::PaymentService, leaves: Leaves::PaymentAndNote },
        },
        START_PAYMENTS,
        Step {
            says: Text::fixed(
                "The event comes a second time and is recognised; the saga goes on to its end.",
                "L’événement arrive une deuxième fois, il est reconnu\u{202f}; la saga continue jusqu’à sa fin.",
            ),
            does: Action::SeeEnd,
        },
        JUDGE,
    ],
};

pub(super) const AFTER_PUBLISH: Scenario = Scenario {
    slug: "after-publish",
    title: Text::fixed("A crash after publishing, before deleting", "Panne après publication, avant effacement"),
    what: Text::fixed(
        "store-manager’s relay has published StockDecreased and dies before it deletes the row from the outbox. \
         payment-service is already at work with the event. Started again, the relay finds the row and publishes it a \
         second time.",
        "Le relais de store-manager a publié StockDecreased et meurt avant d’effacer la ligne de l’outbox. payment-service \
         travaille déjà sur l’événement. Redémarré, le relais trouve la ligne et la publie une deuxième fois.",
    ),
    why: Text::fixed(
        "The relay deletes only what Kafka has acknowledged: in doubt it sends twice, and never loses. The duplicate has \
         the same id, and payment-service’s inbox knows it: the effect happens once.",
        "Le relais n’efface que ce que Kafka a confirmé\u{a0}: dans le doute il envoie deux fois, et ne perd jamais. Le \
         doublon a le même identifiant, que l’inbox de payment-service connaît\u{a0}: l’effet n’a lieu qu’une fois.",
    ),
    look: &[
        Text::fixed(
            "store-manager’s outbox: the event is still there, although it was published.",
            "L’outbox de store-manager\u{a0}: l’événement y est encore, bien qu’il soit publié.",
        ),
        Text::fixed(
            "payment-service’s inbox: it has handled the event while store-manager is down.",
            "L’inbox de payment-service\u{a0}: il a traité l’événement pendant que store-manager est éteint.",
        ),
        Text::fixed("At the end: one payment, not two.", "À la fin\u{a0}: un paiement, et non deux."),
    ],
    steps: &[
        Step {
            says: Text::fixed(
                "store-manager will die once Kafka has acknowledged StockDecreased.",
                "store-manager mourra dès que Kafka aura confirmé StockDecreased.",
            ),
            does: Action::Arm { service: Name::StoreManager, place: "relay.after-ack", event_type: "StockDecreased" },
        },
        PLACE_ONE,
        Step {
            says: Text::fixed(
                "store-manager dies. Sent or not sent?",
                "store-manager meurt. Envoyé ou pas envoyé\u{202f}?",
            ),
            does: Action::SeeDeath { service: Name::StoreManager, leaves: Leaves::SentEvent },
        },
        Step {
            says: Text::fixed("store-manager is started again.", "On redémarre store-manager."),
            does: Action::Start(Name::StoreManager),
        },
        Step {
            says: Text::fixed(
                "The relay publishes the event again; payment-service recognises the duplicate.",
                "Le relais publie de nouveau l’événement\u{202f}; payment-service reconnaît le doublon.",
            ),
            does: Action::SeeEnd,
        },
        JUDGE,
    ],
};
