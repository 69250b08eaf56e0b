//! Words of the store: the processes and their states.

use problem_types::Text;
use stack::store::{Name, State};

/// What a process is for.
pub(in crate::page) fn role(name: Name) -> Text {
    match name {
        Name::MariaDb => Text::fixed("database", "base de données"),
        Name::Redis => Text::fixed("reports, stock levels", "rapports, niveaux de stock"),
        Name::Kafka => Text::fixed("broker", "courtier de messages"),
        Name::StoreManager => Text::fixed("orders, stock", "commandes, stock"),
        Name::PaymentService => Text::fixed("payments", "paiements"),
        Name::Gateway => Text::fixed("the way in", "la porte d’entrée"),
    }
}

/// How a process stands.
pub(in crate::page) fn state(state: State) -> Text {
    match state {
        State::Running => Text::fixed("runs", "en marche"),
        State::Paused => Text::fixed("stopped", "figé"),
        State::Down => Text::fixed("down", "éteint"),
        State::Restarting => Text::fixed("restarting", "redémarre"),
    }
}
