//! The audit that waits: for what is under way, and for nothing else.

use std::process::Command;
use std::time::{Duration, Instant};

use audit::audit_when_settled;

use crate::two_databases::{TwoDatabases, run};

const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn it_waits_for_a_saga_to_end() {
    let databases = TwoDatabases::sound().await;
    run(&databases.store, "UPDATE orders SET saga_ended_at = NULL WHERE id = 1").await;
    let waiting = audit_when_settled(&databases.store, &databases.payments, LONG);
    let ending = async {
        run(&databases.store, "UPDATE orders SET saga_ended_at = NOW() WHERE id = 1").await;
    };
    let (verdict, ()) = tokio::join!(waiting, ending);
    let verdict = verdict.unwrap();
    assert!(verdict.is_clean(), "{verdict}");
    databases.remove().await;
}

#[tokio::test]
async fn it_waits_for_an_event_between_the_services_and_says_so_when_none_comes() {
    let databases = TwoDatabases::sound().await;
    // Charged in one database, not yet known to the other: PaymentSucceeded may be on its way.
    run(&databases.store, "UPDATE orders SET status = 'awaiting_payment', is_paid = 0 WHERE id = 2").await;
    let short = Duration::from_millis(200);
    let started = Instant::now();
    let verdict = audit_when_settled(&databases.store, &databases.payments, short).await.unwrap();
    assert!(started.elapsed() >= short);
    assert!(!verdict.is_clean() && verdict.to_string().contains("its payment paid"), "{verdict}");
    databases.remove().await;
}

#[tokio::test]
async fn it_does_not_wait_for_what_no_event_can_mend() {
    let databases = TwoDatabases::sound().await;
    run(&databases.store, "UPDATE stocks SET quantity = 1 WHERE product_id = 1").await;
    let started = Instant::now();
    let verdict = audit_when_settled(&databases.store, &databases.payments, LONG).await.unwrap();
    assert!(!verdict.is_clean() && started.elapsed() < LONG / 2);
    databases.remove().await;
}

#[tokio::test]
async fn the_program_says_the_same_in_text_in_json_and_by_its_exit_code() {
    let databases = TwoDatabases::sound().await;
    let program = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_store-audit"))
            .args(["--store-database-url", &TwoDatabases::url(&databases.store), "--payments-database-url"])
            .arg(TwoDatabases::url(&databases.payments))
            .args(more)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, text) = program(&[]);
    assert!(code == Some(0) && text.trim_end().ends_with("checks hold"), "{code:?} {text}");

    run(&databases.store, "UPDATE stocks SET quantity = 1 WHERE product_id = 1").await;
    let (code, text) = program(&["--wait-s", "60"]);
    assert!(code == Some(1) && text.contains("FAIL stock on hand equals the ledger's sum"), "{code:?} {text}");
    let (code, json) = program(&["--json"]);
    let lines: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let bad: Vec<_> = lines.iter().filter(|line| line["ok"] == false).collect();
    assert_eq!((code, bad.len()), (Some(1), 1));
    assert_eq!(
        *bad[0],
        serde_json::json!({
            "name": "stock on hand equals the ledger's sum",
            "ok": false,
            "detail": "1 of 3 stock levels: 1 (1, the ledger says 97)",
        })
    );
    databases.remove().await;
}

#[test]
fn a_database_that_is_away_or_a_wrong_url_is_no_verdict_and_no_secret_is_shown() {
    for (url, said) in [
        ("mysql://app:pa55word@127.0.0.1:1/x", "the database of --store-database-url cannot be read"),
        ("app:pa55word@nowhere", "--store-database-url is not of the form"),
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_store-audit")).args(["--store-database-url", url]).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(errors.contains(said) && !errors.contains("pa55word"), "{errors}");
    }
}
