//! The faults, each with the checks that must see it.

mod orders;
mod payments;
mod stock;

use audit::{Outcome, audit};
use futures::StreamExt;

use crate::two_databases::{TwoDatabases, run};

/// What is done to the sound store, and the checks that must then fail.
struct Fault {
    what: &'static str,
    store: &'static str,
    payments: &'static str,
    seen_by: &'static [&'static str],
    /// A part of the detail of the first of them.
    said: &'static str,
}

const NONE: Fault = Fault { what: "", store: "", payments: "", seen_by: &[], said: "" };

fn all() -> impl Iterator<Item = &'static Fault> {
    [stock::FAULTS, orders::FAULTS, payments::FAULTS].into_iter().flatten()
}

fn failed(checks: &[Outcome]) -> Vec<&'static str> {
    checks.iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

#[tokio::test]
async fn a_sound_store_is_clean() {
    let databases = TwoDatabases::sound().await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert!(verdict.is_clean(), "{verdict}");
    databases.remove().await;
}

#[tokio::test]
async fn each_fault_is_seen_by_its_check_and_no_other() {
    // Making a database is mostly waiting for its disk.
    futures::stream::iter(all()).for_each_concurrent(6, plant).await;
}

async fn plant(fault: &Fault) {
    let databases = TwoDatabases::sound().await;
    run(&databases.store, fault.store).await;
    run(&databases.payments, fault.payments).await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert_eq!(failed(&verdict.checks), fault.seen_by, "{}:\n{verdict}", fault.what);
    let first = verdict.checks.iter().find(|check| !check.ok).unwrap();
    assert!(first.detail.contains(fault.said), "{}: {}", fault.what, first.detail);
    databases.remove().await;
}

#[tokio::test]
async fn no_check_is_without_a_fault_that_it_sees() {
    let databases = TwoDatabases::sound().await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    for check in &verdict.checks {
        assert!(all().any(|fault| fault.seen_by == [check.name]), "nothing shows that `{}` can fail", check.name);
    }
    databases.remove().await;
}

#[tokio::test]
async fn an_order_on_its_way_is_held_against_nothing_but_its_end() {
    let databases = TwoDatabases::sound().await;
    let store = "UPDATE orders SET status = 'decreasing_stock', saga_ended_at = NULL WHERE id = 4";
    run(&databases.store, store).await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert_eq!(failed(&verdict.checks), ["every saga ended"], "{verdict}");
    databases.remove().await;
}

#[tokio::test]
async fn each_line_counts_what_it_looked_at() {
    let databases = TwoDatabases::sound().await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    let detail = |name: &str| verdict.checks.iter().find(|check| check.name == name).unwrap().detail.clone();
    assert_eq!(detail("each order that ended well has one payment of its amount"), "3 orders that ended well");
    assert_eq!(detail("no cancelled order has a payment open or kept"), "3 cancelled orders");
    assert_eq!(detail("orders and payments agree on what is paid"), "6 ended orders");
    assert_eq!(detail("each payment of a saga has its order"), "4 payments of sagas");
    assert_eq!(detail("no saga ended twice"), "8 ended sagas");
    databases.remove().await;
}

#[tokio::test]
async fn money_taken_for_no_order_is_told_and_is_no_fault() {
    let databases = TwoDatabases::sound().await;
    run(&databases.payments, "UPDATE payments SET status = 'paid', processed_at = NOW() WHERE id = 19").await;
    let verdict = audit(&databases.store, &databases.payments).await.unwrap();
    assert!(verdict.is_clean(), "{verdict}");
    let told = "4 payments of sagas; 1 paid directly for no order: 19 (order 900)";
    assert!(verdict.checks.iter().any(|check| check.detail == told), "{verdict}");
    databases.remove().await;
}
