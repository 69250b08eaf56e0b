//! The kinds of cases: what was done, whichever course it was done on.

use stack::lang::{self, Lang};

/// `paid/store-manager/relay.after-ack:OrderPaid` is of the kind `store-manager relay.after-ack`.
pub(super) fn kind(case: &str) -> String {
    let blow = case.split_once('/').map_or(case, |(_, blow)| blow);
    if blow.contains('+') {
        return if blow.ends_with("+in-recovery") { "killed again in its recovery" } else { "two deaths in one saga" }
            .to_owned();
    }
    if blow.contains("/clock-") && blow.contains(':') {
        return "a wrong clock, and a death".to_owned();
    }
    let blow = blow.strip_suffix("/under-load").map_or_else(|| blow.to_owned(), |blow| format!("{blow} under load"));
    blow.split(':').next().unwrap_or(&blow).replace('/', " ")
}

/// A kind in the language that was chosen. Names of processes and of points are the same in both.
pub(super) fn text(kind: &str) -> String {
    match lang::current() {
        Lang::English => kind.to_owned(),
        Lang::French => in_french(kind),
    }
}

const WHOLE: [(&str, &str); 3] = [
    ("killed again in its recovery", "tué de nouveau pendant sa reprise"),
    ("two deaths in one saga", "deux arrêts brutaux dans une saga"),
    ("a wrong clock, and a death", "une horloge fausse, et un arrêt brutal"),
];

const PARTS: [(&str, &str); 9] = [
    ("both-services killed", "les deux services tués"),
    (" killed", " tué"),
    (" stopped", " figé"),
    (" gone-", " absent "),
    (" clock-ahead", " en avance d’une heure"),
    (" clock-behind", " en retard d’une heure"),
    (" disk-full", " disque plein"),
    (" topic-deleted", " topic supprimé"),
    (" under load", " sous charge"),
];

fn in_french(kind: &str) -> String {
    if let Some((_, french)) = WHOLE.iter().find(|(english, _)| *english == kind) {
        return (*french).to_owned();
    }
    PARTS.iter().fold(kind.to_owned(), |said, (english, french)| said.replace(english, french))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_of_one_place_are_of_one_kind() {
        assert_eq!(kind("paid/store-manager/relay.after-ack:OrderPaid"), "store-manager relay.after-ack");
        assert_eq!(kind("paid/kafka/gone-3s"), "kafka gone-3s");
        assert_eq!(kind("paid/kafka/killed/under-load"), "kafka killed under load");
        assert_eq!(kind("paid/store-manager/a.b:C+in-recovery"), "killed again in its recovery");
        assert_eq!(kind("paid/store-manager/a.b:C+payment-service/a.b:D"), "two deaths in one saga");
        assert_eq!(kind("paid/store-manager/clock-ahead"), "store-manager clock-ahead");
        assert_eq!(kind("paid/store-manager/clock-ahead/a.b:C"), "a wrong clock, and a death");
    }

    #[test]
    fn a_kind_is_said_in_french_and_names_stay() {
        let said = |case: &str| in_french(&kind(case));
        assert_eq!(said("paid/store-manager/relay.after-ack:OrderPaid"), "store-manager relay.after-ack");
        assert_eq!(said("paid/kafka/gone-60s/under-load"), "kafka absent 60s sous charge");
        assert_eq!(said("paid/both-services/killed"), "les deux services tués");
        assert_eq!(said("paid/store-manager/a.b:C+in-recovery"), "tué de nouveau pendant sa reprise");
    }
}
