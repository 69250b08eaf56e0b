//! What the page says in English and in French; the scenarios bring their own texts.

mod events;
mod refusals;
mod words;

use problem_types::{Language, Text, text};

pub(super) use crate::checks::{check_name, detail};
pub(super) use crate::words::place;
pub(super) use events::meaning;
pub(super) use refusals::*;
pub(super) use words::{role, state};

pub(super) const TITLE: Text = Text::fixed("Crash laboratory", "Laboratoire de pannes");
pub(super) const SKIP: Text = Text::fixed("To the content", "Aller au contenu");
pub(super) const SCENARIOS: Text = Text::fixed("Scenarios", "Scénarios");
pub(super) const WORKBENCH: Text = Text::fixed("Workbench", "Établi");
pub(super) const RESET: Text = Text::fixed("Begin again", "Tout recommencer");
pub(super) const LOST: Text = Text::fixed(
    "The laboratory does not answer. What you see is old; it comes back by itself.",
    "Le laboratoire ne répond pas. Ce que vous voyez est ancien\u{202f}; il reviendra de lui-même.",
);

pub(super) const PROCESSES: Text = Text::fixed("Processes", "Processus");
pub(super) const PROCESS: Text = Text::fixed("Process", "Processus");
pub(super) const STATE: Text = Text::fixed("State", "État");
pub(super) const MEMORY: Text = Text::fixed("Memory", "Mémoire");
pub(super) const RESTARTS: Text = Text::fixed("Restarts", "Redémarrages");
pub(super) const DO: Text = Text::fixed("Do", "Agir");
pub(super) const KILL: Text = Text::fixed("Kill", "Tuer");
pub(super) const PAUSE: Text = Text::fixed("Stop", "Figer");
pub(super) const RESUME: Text = Text::fixed("Continue", "Reprendre");
pub(super) const TAKE_DOWN: Text = Text::fixed("Take down", "Éteindre");
pub(super) const BRING_UP: Text = Text::fixed("Start", "Démarrer");
pub(super) const PROCESSES_HELP: Text = Text::fixed(
    "Kill: SIGKILL, and it is started again at once. Stop: SIGSTOP, it hangs until it is continued. Take down: SIGKILL, \
     and it stays away until it is started.",
    "Tuer\u{a0}: SIGKILL, puis redémarrage immédiat. Figer\u{a0}: SIGSTOP, il ne bouge plus jusqu’à «\u{a0}Reprendre\u{a0}». \
     Éteindre\u{a0}: SIGKILL, et il reste absent jusqu’à «\u{a0}Démarrer\u{a0}».",
);

pub(super) const CRASH_POINTS: Text = Text::fixed("Crash points", "Points de panne");
pub(super) const CRASH_POINTS_HELP: Text = Text::fixed(
    "The service dies at this very place in its code, as with SIGKILL: nothing is cleaned up, nothing is sent.",
    "Le service meurt à cet endroit précis de son code, comme par SIGKILL\u{a0}: rien n’est rangé, rien n’est envoyé.",
);
pub(super) const POINT: Text = Text::fixed("Point", "Point");
pub(super) const PASSAGE: Text = Text::fixed("Passage", "Passage n°");
pub(super) const ARM: Text = Text::fixed("Arm", "Armer");
pub(super) const DISARM: Text = Text::fixed("Disarm", "Désarmer");
pub(super) const NOTHING_ARMED: Text = Text::fixed("No point is armed.", "Aucun point n’est armé.");

pub(super) const ORDERS: Text = Text::fixed("Orders", "Commandes");
pub(super) const ORDER: Text = Text::fixed("Order", "Commande");
pub(super) const AMOUNT: Text = Text::fixed("Amount", "Montant");
pub(super) const LAST_MOVE: Text = Text::fixed("Since", "Depuis");
pub(super) const NO_ORDERS: Text = Text::fixed("No order yet.", "Pas encore de commande.");
pub(super) const PLACE_ORDER: Text = Text::fixed("Place an order that", "Passer une commande qui");
pub(super) const FLOW_START: Text = Text::fixed("Let orders flow", "Laisser couler les commandes");
pub(super) const FLOW_STOP: Text = Text::fixed("Stop the flow", "Arrêter le flot");

pub(super) const TIMELINE: Text = Text::fixed("Timeline", "Chronologie");
pub(super) const EXPECTED: Text = Text::fixed("Expected", "Attendu");
pub(super) const ACTUAL: Text = Text::fixed("Happened", "Arrivé");
pub(super) const BY: Text = Text::fixed("By", "Par");
pub(super) const WHEN: Text = Text::fixed("When", "Quand");
pub(super) const TO_COME: Text = Text::fixed("still to come", "encore à venir");
pub(super) const NOT_EXPECTED: Text = Text::fixed("not expected", "non attendu");
pub(super) const NO_ORDER_YET: Text = Text::fixed(
    "The timeline of the scenario’s order appears here.",
    "La chronologie de la commande du scénario apparaîtra ici.",
);
pub(super) const FROM_TABLES: Text = Text::fixed(
    "store-manager does not answer: this is what its tables say.",
    "store-manager ne répond pas\u{a0}: voici ce que disent ses tables.",
);

pub(super) const QUEUES: Text = Text::fixed("Queues", "Files");
pub(super) const OUTBOX: Text = Text::fixed("Outbox: still to send", "Outbox\u{a0}: à envoyer");
pub(super) const INBOX: Text = Text::fixed("Inbox: handled", "Inbox\u{a0}: traités");
pub(super) const PARKED: Text = Text::fixed("Set aside (parked)", "Mis de côté");
pub(super) const REPLAY: Text = Text::fixed("Replay", "Rejouer");
pub(super) const DATABASE_AWAY: Text = Text::fixed(
    "The database does not answer; these are the last figures.",
    "La base de données ne répond pas\u{202f}; voici les derniers chiffres.",
);

pub(super) const AUDIT: Text = Text::fixed("The audit’s verdict, live", "Verdict de l’audit, en direct");
pub(super) const AUDIT_AWAY: Text = Text::fixed(
    "The audit cannot read the databases now.",
    "L’audit ne peut pas lire les bases de données pour le moment.",
);
pub(super) const AUDIT_NOT_YET: Text = Text::fixed("The audit has not looked yet.", "L’audit n’a pas encore regardé.");
pub(super) const ALL_CHECKS: Text = Text::fixed("All that is checked", "Tout ce qui est vérifié");

pub(super) const HAPPENINGS: Text = Text::fixed("What happened", "Ce qui s’est passé");
pub(super) const NOTHING_HAPPENED: Text = Text::fixed("Nothing yet.", "Rien pour l’instant.");

pub(super) const FOR_THE_CLASS: Text = Text::fixed("For the class", "Pour la classe");
pub(super) const WHAT: Text = Text::fixed("What will happen", "Ce qui va se passer");
pub(super) const WHY: Text = Text::fixed("Why nothing is lost", "Pourquoi rien n’est perdu");
pub(super) const LOOK: Text = Text::fixed("What to look at", "Ce qu’il faut regarder");
pub(super) const STEPS: Text = Text::fixed("Step by step", "Pas à pas");
pub(super) const NEXT_STEP: Text = Text::fixed("Next step", "Pas suivant");
pub(super) const ALL_STEPS: Text = Text::fixed("All steps", "Tous les pas");
pub(super) const AGAIN: Text = Text::fixed("From the start", "Depuis le début");
pub(super) const GO_THERE: Text = Text::fixed("Go there", "Y aller");
pub(super) const BREAK_OFF: Text = Text::fixed("Break off", "Interrompre");
pub(super) const INSTEAD: Text = Text::fixed("End it, begin this one", "La terminer, commencer ici");
pub(super) const STEP_NEXT: Text = Text::fixed("next", "suivant");
pub(super) const STEP_TO_COME: Text = Text::fixed("to come", "à venir");
pub(super) const STEP_RUNNING: Text = Text::fixed("under way", "en cours");
pub(super) const STEP_DONE: Text = Text::fixed("done", "fait");
pub(super) const STEP_FAILED: Text = Text::fixed("failed", "échec");
pub(super) const SEED: Text = Text::fixed("Seed", "Graine");
pub(super) const SEED_HELP: Text =
    Text::fixed("The same seed places the same orders.", "La même graine passe les mêmes commandes.");
pub(super) const CHOOSE: Text = Text::fixed(
    "Each scenario breaks the store at a place of its own, and proves that no order is lost, no article sold twice and \
     nobody charged twice.",
    "Chaque scénario casse le magasin à un endroit précis, puis prouve qu’aucune commande n’est perdue, qu’aucun article \
     n’est vendu deux fois et que personne n’est débité deux fois.",
);

pub(super) const RESET_TITLE: Text = Text::fixed("Begin again?", "Tout recommencer\u{202f}?");
pub(super) const RESET_TEXT: Text = Text::fixed(
    "The store is stopped and started anew, without orders: as it was at the beginning. That takes some seconds.",
    "Le magasin est arrêté puis redémarré sans aucune commande, comme au début. Cela prend quelques secondes.",
);
pub(super) const RESET_GO: Text = Text::fixed("Empty the store", "Vider le magasin");
pub(super) const BACK: Text = Text::fixed("No, back", "Non, revenir");

pub(super) const TOKEN_TITLE: Text = Text::fixed("Who is there?", "Qui est là\u{202f}?");
pub(super) const TOKEN_TEXT: Text = Text::fixed(
    "This page kills processes. It opens with the token that the laboratory was started with.",
    "Cette page tue des processus. Elle s’ouvre avec le jeton donné au démarrage du laboratoire.",
);
pub(super) const TOKEN: Text = Text::fixed("Token", "Jeton");
pub(super) const ENTER: Text = Text::fixed("Enter", "Entrer");
pub(super) const WRONG_TOKEN: Text = Text::fixed("That is not the token.", "Ce n’est pas le jeton.");

pub(super) const NO_SUCH_ORDER: Text = Text::fixed(
    "store-manager knows no such order, or does not answer.",
    "store-manager ne connaît pas cette commande, ou ne répond pas.",
);
pub(super) fn order_title(id: u64) -> Text {
    text!("Order {id}", "Commande {id}")
}

/// What a parked event's key names: an order, as far as anybody knows.
pub(super) fn order_title_of(key: &str) -> Text {
    text!("Order {key}", "Commande {key}")
}

/// The page's language switch names the other language in that language.
pub(super) const OTHER_LANGUAGE: Text = Text::fixed("Français", "English");

pub(super) fn set_aside(count: i64) -> Text {
    match count {
        1 => Text::fixed("1 event is set aside", "1 événement est mis de côté"),
        _ => text!("{count} events are set aside", "{count} événements sont mis de côté"),
    }
}

/// Events are set aside, and nothing else is wrong.
pub(super) fn needs_a_person(count: i64) -> Text {
    match count {
        1 => Text::fixed(
            "1 event is set aside: it needs a person",
            "1 événement mis de côté\u{a0}: il faut une personne",
        ),
        _ => text!(
            "{count} events are set aside: they need a person",
            "{count} événements mis de côté\u{a0}: il faut une personne"
        ),
    }
}

/// Of whom something is said.
pub(super) fn of(who: &str, what: &Text) -> Text {
    let [en, fr] = Language::ALL.map(|language| what.get(language));
    text!("{who}: {en}", "{who}\u{a0}: {fr}")
}

pub(super) fn all_hold(checks: usize, orders: i64) -> Text {
    match orders {
        0 => text!("All {checks} checks hold", "Les {checks} vérifications sont bonnes"),
        1 => text!("All {checks} checks hold, over 1 order", "Les {checks} vérifications sont bonnes, sur 1 commande"),
        _ => text!(
            "All {checks} checks hold, over {orders} orders",
            "Les {checks} vérifications sont bonnes, sur {orders} commandes"
        ),
    }
}

/// What is not yet as it must be in the end, and is no fault: an event is on its way.
pub(super) fn under_way(orders: i64) -> Text {
    match orders {
        0 => Text::fixed(
            "Nothing is wrong: events are on their way",
            "Rien d’anormal\u{a0}: des événements sont en route",
        ),
        1 => Text::fixed("Nothing is wrong: 1 order is under way", "Rien d’anormal\u{a0}: 1 commande est en cours"),
        _ => text!(
            "Nothing is wrong: {orders} orders are under way",
            "Rien d’anormal\u{a0}: {orders} commandes sont en cours"
        ),
    }
}

pub(super) fn broken(failed: usize, checks: usize) -> Text {
    match failed {
        1 => text!("1 of {checks} checks does not hold", "1 vérification sur {checks} échoue"),
        _ => text!("{failed} of {checks} checks do not hold", "{failed} vérifications sur {checks} échouent"),
    }
}
