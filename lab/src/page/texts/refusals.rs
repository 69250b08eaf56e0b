//! Why something was not done, and what is not there.

use problem_types::{Language, Text, text};
use stack::store::{Name, State};

use super::state;
use crate::page::seen::Reset;

pub(in crate::page) const RESETTING: Text =
    Text::fixed("The store is being started anew …", "Le magasin redémarre à neuf…");
pub(in crate::page) const RESET_FAILED: Text = Text::fixed(
    "The store could not be started anew; the terminal says why. Try again.",
    "Le magasin n’a pas pu redémarrer\u{202f}; le terminal dit pourquoi. Réessayez.",
);
pub(in crate::page) const FOREIGN: Text = Text::fixed(
    "This request did not come from the laboratory’s own page, so nothing was done.",
    "Cette requête ne vient pas de la page du laboratoire\u{a0}: rien n’a été fait.",
);
pub(in crate::page) const FOREIGN_HOST: Text = Text::fixed(
    "The laboratory answers under its address only: 127.0.0.1 or localhost.",
    "Le laboratoire ne répond que sous son adresse\u{a0}: 127.0.0.1 ou localhost.",
);
pub(in crate::page) const NO_SUCH_PAGE: Text = Text::fixed("There is no such page.", "Cette page n’existe pas.");
pub(in crate::page) const NO_SUCH_THING: Text = Text::fixed(
    "The laboratory has nothing of that name; nothing was done.",
    "Le laboratoire n’a rien de ce nom\u{a0}: rien n’a été fait.",
);
pub(in crate::page) const NO_SUCH_FIELDS: Text = Text::fixed(
    "Something is missing in the form, or is no number; nothing was done.",
    "Il manque quelque chose dans le formulaire, ou ce n’est pas un nombre\u{a0}: rien n’a été fait.",
);
pub(in crate::page) const NOT_DONE: Text = Text::fixed(
    "That could not be done; the terminal says why.",
    "Cela n’a pas pu être fait\u{202f}; le terminal dit pourquoi.",
);
/// In place of an error that has no words for a class.
pub(in crate::page) static TERMINAL_SAYS: Text = Text::fixed("the terminal says why.", "le terminal dit pourquoi.");
pub(in crate::page) const BUSY: Text = Text::fixed(
    "A scenario is at work; wait until its step is done, or break it off.",
    "Un scénario est en cours\u{202f}; attendez la fin de son pas, ou interrompez-le.",
);

/// Another scenario is half done, and is not ended without a question.
pub(in crate::page) fn half_done(title: &Text) -> Text {
    let [en, fr] = Language::ALL.map(|language| title.get(language));
    text!(
        "The scenario “{en}” is half done. To begin this one ends it.",
        "Le scénario «\u{a0}{fr}\u{a0}» est à moitié fait. Commencer celui-ci y met fin."
    )
}

/// Another scenario does a step at this moment.
pub(in crate::page) fn at_work(title: &Text) -> Text {
    let [en, fr] = Language::ALL.map(|language| title.get(language));
    text!("The scenario “{en}” is at work.", "Le scénario «\u{a0}{fr}\u{a0}» est en cours.")
}

/// There is no store to do something to.
pub(in crate::page) fn no_store(reset: Reset) -> Text {
    if reset == Reset::Failed { RESET_FAILED } else { RESETTING }
}

/// No more orders at a time.
pub(in crate::page) fn full(most: usize) -> Text {
    text!(
        "{most} orders are under way already; wait until one of them has ended.",
        "{most} commandes sont déjà en cours\u{202f}; attendez que l’une d’elles se termine."
    )
}

/// Nothing was done to a process, because it stands otherwise than it would have to.
pub(in crate::page) fn stands_otherwise(name: Name, stands: State) -> Text {
    let [en, fr] = Language::ALL.map(|language| state(stands).get(language).to_owned());
    text!("Nothing was done ({name}: {en}).", "Rien n’a été fait ({name}\u{a0}: {fr}).")
}

/// A service that cannot be told anything, because it does not run.
pub(in crate::page) fn does_not_listen(service: Name, stands: State) -> Text {
    let [en, fr] = Language::ALL.map(|language| state(stands).get(language).to_owned());
    text!("{service} does not listen ({en}).", "{service} n’écoute pas ({fr}).")
}
