//! What came out, computed from the store's own answers, and how it compares to what must.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use super::expected::{Expected, Ranked};
use super::load::Catalogue;
use crate::cents::Cents;
use crate::http::Order;
use crate::t;
use crate::term::{amount, count};

/// What the orders that ended well add up to, in the folder's ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    baskets: u64,
    lines: u64,
    units: u64,
    households: u64,
    total: Cents,
    sold: HashMap<u64, i64>,
    spent: HashMap<u64, i64>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was compared.
    pub name: String,
    /// Whether it is equal.
    pub ok: bool,
    /// The value, or both when they differ.
    pub detail: String,
}

impl Outcome {
    /// Adds up orders. What the store says about each counts: its items, its user, its total.
    pub fn of<'a>(orders: impl Iterator<Item = &'a Order>, catalogue: &Catalogue) -> Self {
        let products = inverted(&catalogue.products);
        let households = inverted(&catalogue.users);
        let mut outcome = Self::default();
        let mut buyers = BTreeSet::new();
        for order in orders {
            // An id the store made up would show as number 0, in a ranking or as a count too many.
            let household = households.get(&order.user_id).copied().unwrap_or_default();
            buyers.insert(household);
            outcome.baskets += 1;
            outcome.total = outcome.total + order.total_amount;
            *outcome.spent.entry(household).or_default() += order.total_amount.0;
            for item in &order.items {
                outcome.lines += 1;
                outcome.units += u64::from(item.quantity);
                let product = products.get(&item.product_id).copied().unwrap_or_default();
                *outcome.sold.entry(product).or_default() += i64::from(item.quantity);
            }
        }
        outcome.households = buyers.len() as u64;
        outcome
    }

    /// How many of a product were sold.
    #[must_use]
    pub fn sold(&self, product_id: u64) -> i64 {
        self.sold.get(&product_id).copied().unwrap_or_default()
    }
}

pub(super) fn inverted<K: Copy, V: Copy + Eq + Hash>(map: &HashMap<K, V>) -> HashMap<V, K> {
    map.iter().map(|(key, value)| (*value, *key)).collect()
}

/// Holds an outcome against what was expected, line by line.
#[must_use]
pub fn compare(expected: &Expected, outcome: &Outcome) -> Vec<Finding> {
    let counts = [
        (t!("orders that ended well", "commandes menées à bien"), expected.baskets, outcome.baskets),
        (t!("lines", "lignes"), expected.lines, outcome.lines),
        (t!("units", "unités"), expected.units, outcome.units),
        (t!("households", "ménages"), expected.households, outcome.households),
        (t!("products", "produits"), expected.products, outcome.sold.len() as u64),
    ];
    let mut findings: Vec<Finding> =
        counts.into_iter().map(|(name, wanted, found)| finding(name, &count(wanted), &count(found))).collect();
    findings.push(finding(t!("total", "total"), &amount(Cents(expected.total_cents)), &amount(outcome.total)));
    findings.push(ranking(t!("best sellers", "meilleures ventes"), &expected.sellers(), &outcome.sold));
    findings.push(ranking(t!("highest spenders", "plus gros acheteurs"), &expected.spenders(), &outcome.spent));
    findings
}

fn finding(name: String, wanted: &str, found: &str) -> Finding {
    let ok = wanted == found;
    let detail =
        if ok { found.to_owned() } else { t!("expected {wanted}, found {found}", "attendu {wanted}, trouvé {found}") };
    Finding { name, ok, detail }
}

fn ranking(name: String, wanted: &[Ranked], found: &HashMap<u64, i64>) -> Finding {
    let rows = found.iter().map(|(id, amount)| (*id, *amount)).collect();
    places(name, wanted, &ranked(rows, wanted.len()))
}

/// Compares as many places as were expected; the first that differs is shown.
pub(super) fn places(name: String, wanted: &[Ranked], found: &[Ranked]) -> Finding {
    let places = wanted.len();
    let differs = (0..places).find(|place| found.get(*place) != wanted.get(*place));
    let show =
        |row: Option<&Ranked>| row.map_or_else(|| t!("nobody", "personne"), |(id, amount)| format!("{id} ({amount})"));
    match differs {
        None => Finding {
            name,
            ok: true,
            detail: t!("the first {places} are the same", "les {places} premiers sont les mêmes"),
        },
        Some(at) => {
            let (place, wanted, found) = (at + 1, show(wanted.get(at)), show(found.get(at)));
            Finding {
                name,
                ok: false,
                detail: t!(
                    "place {place}: expected {wanted}, found {found}",
                    "rang {place}\u{a0}: attendu {wanted}, trouvé {found}"
                ),
            }
        }
    }
}

/// The first places: by amount, the highest first; ties by id, the lowest first.
pub(super) fn ranked(mut rows: Vec<Ranked>, places: usize) -> Vec<Ranked> {
    rows.sort_unstable_by_key(|(id, amount)| (-amount, *id));
    rows.truncate(places);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        serde_json::from_str(
            r#"{"baskets":2,"lines":3,"units":4,"households":1,"products":2,"total_cents":476,
                "best_sellers":[{"product_id":7,"quantity":2},{"product_id":9,"quantity":2}],
                "highest_spenders":[{"household_id":900,"cents":476}]}"#,
        )
        .unwrap()
    }

    fn outcome() -> Outcome {
        let sold = HashMap::from([(9, 2), (7, 2)]);
        Outcome {
            baskets: 2,
            lines: 3,
            units: 4,
            households: 1,
            total: Cents(476),
            sold,
            spent: HashMap::from([(900, 476)]),
        }
    }

    #[test]
    fn what_is_equal_is_found_equal() {
        let findings = compare(&expected(), &outcome());
        assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
    }

    #[test]
    fn a_cent_is_a_difference_and_both_values_are_shown() {
        let outcome = Outcome { total: Cents(475), spent: HashMap::from([(900, 475)]), ..outcome() };
        let wrong: Vec<Finding> = compare(&expected(), &outcome).into_iter().filter(|finding| !finding.ok).collect();
        assert_eq!(wrong.len(), 2);
        assert_eq!(wrong[0].detail, "expected 4.76, found 4.75");
        assert_eq!(wrong[1].detail, "place 1: expected 900 (476), found 900 (475)");
    }

    #[test]
    fn ties_go_to_the_lower_id() {
        assert_eq!(ranked(vec![(9, 2), (7, 2), (8, 5)], 2), [(8, 5), (7, 2)]);
    }
}
