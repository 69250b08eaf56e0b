//! Figures of the matrix in words, for the terminal and the report alike, in the language that was chosen.

use stack::t;

use super::tally::Tally;
use crate::words::terminals_language;

/// `1 case`, `2 cases`.
#[must_use]
pub fn cases(count: usize) -> String {
    match count {
        1 => t!("1 case", "1 cas"),
        _ => t!("{count} cases", "{count} cas"),
    }
}

/// `1 death`, `2 deaths`.
#[must_use]
pub fn deaths(count: usize) -> String {
    match count {
        0 => t!("0 deaths", "0 arrêt brutal"),
        1 => t!("1 death", "1 arrêt brutal"),
        _ => t!("{count} deaths", "{count} arrêts brutaux"),
    }
}

/// How many hold: `2 of 3 cases hold`.
#[must_use]
pub fn held(tally: &Tally) -> String {
    let Tally { cases, held, .. } = tally;
    match (cases, held) {
        (1, _) => t!("{held} of 1 case holds", "{held} cas sur 1 tient"),
        (_, 1) => t!("1 of {cases} cases holds", "1 cas sur {cases} tient"),
        _ => t!("{held} of {cases} cases hold", "{held} cas sur {cases} tiennent"),
    }
}

/// How long it took to work again after all deaths, of how many of them that is known, and why not of the others.
#[must_use]
pub fn recoveries(tally: &Tally) -> String {
    let (timed, deaths) = (tally.timed, deaths(tally.deaths));
    let mut said = match (tally.p50_ms, tally.p99_ms) {
        (Some(p50), Some(p99)) => t!(
            "handling again after a death: p50 {p50} ms, p99 {p99} ms, over {timed} of {deaths}",
            "reprise après un arrêt brutal\u{a0}: p50 {p50} ms, p99 {p99} ms, mesurée {timed} fois pour {deaths}"
        ),
        _ if tally.deaths == 0 => t!("no process died", "aucun processus n'est mort"),
        _ => t!("handling again: timed after none of {deaths}", "reprise\u{a0}: jamais mesurée ({deaths})"),
    };
    let why: Vec<String> = tally
        .untimed
        .iter()
        .map(|(why, count)| format!("{} ({count})", why.text().get(terminals_language())))
        .collect();
    if !why.is_empty() {
        let why = why.join(", ");
        said.push_str(&t!("; no time: {why}", "\u{202f}; sans mesure\u{a0}: {why}"));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Untimed;

    #[test]
    fn one_is_no_plural() {
        assert_eq!((cases(1), cases(2)), ("1 case".to_owned(), "2 cases".to_owned()));
        assert_eq!(held(&Tally { cases: 1, held: 1, ..Tally::default() }), "1 of 1 case holds");
        assert_eq!(held(&Tally { cases: 3, held: 0, ..Tally::default() }), "0 of 3 cases hold");
    }

    #[test]
    fn the_figures_of_all_deaths_say_which_have_none() {
        let untimed = [(Untimed::NothingLeft, 3), (Untimed::KeptAway, 1)].into();
        let tally = Tally { deaths: 9, timed: 5, p50_ms: Some(345), p99_ms: Some(1_360), untimed, ..Tally::default() };
        assert_eq!(
            recoveries(&tally),
            "handling again after a death: p50 345 ms, p99 1360 ms, over 5 of 9 deaths; no time: no event left to \
             handle (3), kept away on purpose (1)"
        );
        let none = Tally { deaths: 1, ..Tally::default() };
        assert_eq!(recoveries(&none), "handling again: timed after none of 1 death");
        assert_eq!(recoveries(&Tally::default()), "no process died");
    }
}
