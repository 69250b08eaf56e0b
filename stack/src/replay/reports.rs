//! The store's own two reports, once they know of every order, held against what must come out.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::expected::{Expected, Ranked};
use super::load::Catalogue;
use super::outcome::{Finding, inverted, places, ranked};
use crate::http::{CallError, Report, Shop};
use crate::interrupt;
use crate::t;
use crate::term::Step;

/// How long the reports may take to know of every order.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks.
const POLL: Duration = Duration::from_millis(100);

/// Compares both reports, as soon as Redis has in them all that has happened until now.
pub fn compare_reports(shop: &Shop, expected: &Expected, catalogue: &Catalogue) -> Result<Vec<Finding>> {
    let moment = Instant::now();
    let step = Step::start(t!(
        "waiting until both reports know of every order",
        "attente que les deux rapports tiennent compte de chaque commande"
    ));
    let sellers = current(moment, || shop.best_sellers())?;
    let spenders = current(moment, || shop.highest_spenders())?;
    step.done("");
    let (products, users) = (inverted(&catalogue.products), inverted(&catalogue.users));
    // What is not of the folder shows as number 0.
    let sellers = sellers.map(|rows| {
        let row = |row: &crate::http::BestSeller| {
            (products.get(&row.product_id).copied().unwrap_or_default(), row.quantity_sold)
        };
        rows.iter().map(row).collect()
    });
    let spenders = spenders.map(|rows| {
        let row = |row: &crate::http::HighestSpender| {
            (users.get(&row.user_id).copied().unwrap_or_default(), row.total_expense.0)
        };
        rows.iter().map(row).collect()
    });
    Ok(vec![
        finding(t!("report of the best sellers", "rapport des meilleures ventes"), &expected.sellers(), sellers),
        finding(
            t!("report of the highest spenders", "rapport des plus gros acheteurs"),
            &expected.spenders(),
            spenders,
        ),
    ])
}

/// The rows of a report that comes from Redis and is known to be as new as `moment`; else why there is none.
fn current<T>(
    moment: Instant,
    ask: impl Fn() -> Result<Report<T>, CallError>,
) -> Result<std::result::Result<Vec<T>, String>> {
    let end = Instant::now() + PATIENCE;
    loop {
        let asked = Instant::now();
        let report = ask()?;
        if is_current(&report, asked.duration_since(moment)) {
            return Ok(Ok(report.rows));
        }
        if asked > end {
            return Ok(Err(stale(&report)));
        }
        interrupt::pause(POLL)?;
    }
}

/// The age is counted from the answer, which is not before the question: so what is not older than the time since the
/// moment was current at the moment.
fn is_current<T>(report: &Report<T>, since: Duration) -> bool {
    report.source == "redis" && report.age.is_some_and(|age| age <= since)
}

fn stale<T>(report: &Report<T>) -> String {
    let (seconds, source) = (PATIENCE.as_secs(), &report.source);
    let age = report.age.map_or_else(|| t!("unknown", "inconnu"), |age| format!("{} s", age.as_secs()));
    t!(
        "not up to date in Redis after {seconds} s (source: {source}, age: {age})",
        "pas à jour dans Redis après {seconds} s (source\u{a0}: {source}, âge\u{a0}: {age})"
    )
}

fn finding(name: String, wanted: &[Ranked], report: std::result::Result<Vec<Ranked>, impl Display>) -> Finding {
    match report {
        Ok(rows) => compare_report(name, wanted, &rows),
        Err(why) => Finding { name, ok: false, detail: why.to_string() },
    }
}

/// Compares a report. It breaks ties by the store's ids and the folder by its own, so it is put in the folder's order.
fn compare_report(name: String, wanted: &[Ranked], report: &[Ranked]) -> Finding {
    // A full report may break off amid a tie: of the rows that have its last amount only the amount can be compared.
    let cut = report.last().filter(|_| report.len() >= Shop::REPORT_ROWS).map(|(_, amount)| *amount);
    let comparable = |row: &Ranked| if Some(row.1) == cut { (0, row.1) } else { *row };
    let wanted: Vec<Ranked> = wanted.iter().map(comparable).collect();
    let found: Vec<Ranked> = report.iter().map(comparable).collect();
    places(name, &wanted, &ranked(found, wanted.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(wanted: &[Ranked], report: &[Ranked]) -> bool {
        compare_report(String::new(), wanted, report).ok
    }

    #[test]
    fn a_report_that_differs_in_a_cent_a_place_or_a_name_is_found() {
        let wanted = [(900, 476), (901, 300), (902, 300)];
        assert!(ok(&wanted, &[(900, 476), (901, 300), (902, 300), (903, 1)]));
        assert!(ok(&wanted, &[(900, 476), (902, 300), (901, 300)]), "the store breaks ties by ids of its own");
        assert!(!ok(&wanted, &[(900, 475), (901, 300), (902, 300)]), "a cent");
        assert!(!ok(&wanted, &[(900, 476), (903, 300), (902, 300)]), "somebody else");
        assert!(!ok(&wanted, &[(900, 476), (901, 300)]), "a row too few");
        assert!(!ok(&wanted, &[(904, 500), (900, 476), (901, 300), (902, 300)]), "a row too many");
        assert!(!ok(&wanted, &[]), "nothing");
    }

    #[test]
    fn both_values_are_shown() {
        let differs = compare_report("sold".to_owned(), &[(7, 2)], &[(7, 3)]);
        assert_eq!(differs.detail, "place 1: expected 7 (2), found 7 (3)");
    }

    #[test]
    fn of_a_tie_that_a_full_report_breaks_off_only_the_amount_counts() {
        let report: Vec<Ranked> = (0..100).map(|place| (1_000 - place, if place == 0 { 9 } else { 1 })).collect();
        assert!(ok(&[(1_000, 9), (3, 1)], &report));
        assert!(!ok(&[(1_000, 9), (3, 2)], &report));
        assert!(!ok(&[(999, 9), (3, 1)], &report));
    }

    #[test]
    fn a_report_is_current_when_it_comes_from_redis_and_is_not_older_than_the_moment() {
        let report = |source: &str, age_s: Option<u64>| Report::<u8> {
            rows: Vec::new(),
            source: source.to_owned(),
            age: age_s.map(Duration::from_secs),
        };
        let since = Duration::from_millis(2_500);
        assert!(is_current(&report("redis", Some(2)), since));
        assert!(!is_current(&report("redis", Some(3)), since));
        assert!(!is_current(&report("redis", None), since));
        assert!(!is_current(&report("mysql", Some(0)), since));
    }
}
