//! Figures of many cases: how many hold, how many processes died, and how long these took to work again.

use std::collections::BTreeMap;

use serde::Serialize;

use super::blow::{Blow, Untimed};
use super::outcome::Outcome;

/// The figures of some cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// How many cases.
    pub cases: usize,
    /// How many of them hold.
    pub held: usize,
    /// How many processes died in them.
    pub deaths: usize,
    /// Of how many deaths it is known when the process handled an event again.
    pub timed: usize,
    /// Milliseconds from a death to handling again: the median.
    pub p50_ms: Option<i64>,
    /// The same, exceeded by one in a hundred.
    pub p99_ms: Option<i64>,
    /// The other deaths, by why they have no time.
    pub untimed: BTreeMap<Untimed, usize>,
}

impl Tally {
    /// Of these.
    #[must_use]
    pub fn of(outcomes: &[&Outcome]) -> Self {
        let mut times: Vec<i64> = outcomes.iter().flat_map(|outcome| recoveries(outcome)).collect();
        times.sort_unstable();
        let deaths: Vec<&Blow> = outcomes.iter().flat_map(|outcome| &outcome.blows).filter(|blow| blow.died).collect();
        let mut untimed = BTreeMap::new();
        for why in deaths.iter().filter_map(|blow| blow.untimed) {
            *untimed.entry(why).or_default() += 1;
        }
        Self {
            cases: outcomes.len(),
            held: outcomes.iter().filter(|outcome| outcome.ok).count(),
            deaths: deaths.len(),
            timed: times.len(),
            p50_ms: percentile(&times, 50),
            p99_ms: percentile(&times, 99),
            untimed,
        }
    }
}

/// The recoveries of a case, in milliseconds.
pub fn recoveries(outcome: &Outcome) -> impl Iterator<Item = i64> {
    outcome.blows.iter().filter_map(|blow| blow.handled_again_ms)
}

/// The value that this share of a sorted list does not exceed (nearest rank).
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{TimeDelta, Utc};
    use stack::store::Name;

    use super::*;
    use crate::matrix::blow::What;

    #[test]
    fn a_percentile_is_a_value_of_the_list() {
        let list: Vec<i64> = (1..=200).collect();
        assert_eq!(
            (percentile(&list, 50), percentile(&list, 99), percentile(&list, 100)),
            (Some(100), Some(198), Some(200))
        );
        assert_eq!((percentile(&[7], 50), percentile(&[], 99)), (Some(7), None));
    }

    #[test]
    fn every_sigkill_is_a_death_and_one_without_a_time_says_why() {
        let (at, s) = (Utc::now(), Duration::from_secs);
        let gone = |name| Blow::deadly(name, What::Gone { after: s(1), lasting: s(3) }, at, true);
        let killed = |name| Blow::deadly(name, What::Killed(s(1)), at, false);
        let mut handled = killed(Name::StoreManager);
        handled.handled_again(Some(at + TimeDelta::milliseconds(314)), false);
        let mut nothing_left = killed(Name::PaymentService);
        nothing_left.handled_again(None, false);
        let mut died_again = killed(Name::PaymentService);
        died_again.handled_again(None, true);
        let stopped = Blow::survived(Name::Redis, What::Stopped { after: s(1), lasting: s(3) });
        let blows = vec![
            gone(Name::Kafka),
            gone(Name::StoreManager),
            killed(Name::Redis),
            killed(Name::StoreManager),
            handled,
            nothing_left,
            died_again,
            stopped,
        ];
        let outcome = Outcome { ok: true, blows, ..Outcome::new("paid/redis/killed".to_owned(), 1) };
        let tally = Tally::of(&[&outcome]);
        assert_eq!((tally.deaths, tally.timed, tally.p50_ms, tally.p99_ms), (7, 1, Some(314), Some(314)));
        let why = [
            (Untimed::NothingLeft, 1),
            (Untimed::DiedAgain, 1),
            (Untimed::KeptAway, 2),
            (Untimed::NoService, 1),
            (Untimed::NotAsked, 1),
        ];
        assert_eq!(tally.untimed, BTreeMap::from(why));
    }
}
