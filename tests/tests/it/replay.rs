//! Real baskets through a store of the test's own: what `cargo stack replay` does, and what it must find.

use std::path::Path;

use stack::http::Shop;
use stack::ports::Ports;
use stack::replay::{Finding, Folder, compare_reports, run};
use tests::Store;

/// Requests at the same time.
const CONCURRENCY: u16 = 8;

fn wrong(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|finding| !finding.ok).collect()
}

#[tokio::test]
async fn both_reports_on_two_hundred_baskets_equal_what_is_expected_until_an_order_leaves_them() {
    let store = Store::start().await;
    let folder = Folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../stack/sample")).unwrap();
    let shop = Shop::of(&Ports { gateway: store.shop.port(), ..Ports::USUAL }, true);
    // The replay waits on threads of its own; nothing else of this test has to go on meanwhile.
    let replayed = run(&shop, &folder, CONCURRENCY, None).unwrap();
    assert!(replayed.failures.is_empty(), "{:?}", replayed.failures);
    assert!(replayed.reports_compared);
    assert!(wrong(&replayed.findings).is_empty(), "{:?}", replayed.findings);

    // An order of whoever spent most is cancelled: one report or both must no longer be as expected.
    let highest = shop.highest_spenders().unwrap().rows[0].user_id;
    let order = store.store_db.number_of("SELECT CAST(MIN(id) AS SIGNED) FROM orders WHERE user_id = ?", highest).await;
    let order = u64::try_from(order).unwrap();
    store.cancel(order).await;
    store.until_ended(order, "cancelled").await;
    let findings = compare_reports(&shop, &folder.expected, &replayed.catalogue).unwrap();
    assert!(wrong(&findings).iter().any(|finding| finding.name.contains("highest spenders")), "{findings:?}");
    store.finish().await;
}
