//! The example, run as whoever tries it runs it: a process of its own on real servers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use uuid::Uuid;

const SOURCE: &str = "examples/library.rs";
const LINES_LIMIT: usize = 150;

/// Cargo builds it with the tests, and lays it where programs lie.
fn program() -> anyhow::Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| package.join("../target"), PathBuf::from);
    let program = target.join("release/examples/library");
    let built = program.metadata().and_then(|program| program.modified());
    let built = built.with_context(|| format!("{} is not built: run `cargo stack test`", program.display()))?;
    let written = package.join(SOURCE).metadata()?.modified()?;
    anyhow::ensure!(built >= written, "{} is older than its source: run `cargo stack test`", program.display());
    Ok(program)
}

#[tokio::test]
async fn the_example_ends_by_itself_and_shows_outbox_relay_and_inbox() -> anyhow::Result<()> {
    let name = format!("kit_{}", Uuid::now_v7().simple());
    let (server, brokers) = (std::env::var("TEST_DATABASE_URL")?, std::env::var("TEST_KAFKA_BROKERS")?);
    let mut command = Command::new(program()?);
    command.args(["--database-url", &format!("{server}/{name}"), "--kafka-brokers", &brokers]);
    command.args(["--topic-prefix", &format!("{name}.")]);
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    let (said, failed) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{failed}");

    let lines: Vec<&str> = said.lines().collect();
    let [first, handled @ .., empty, twice] = lines.as_slice() else { panic!("{said}") };
    assert_eq!(*first, "the outbox holds 2 events, and Kafka none of them");
    // Books lie on different partitions, so that their order is open. A transaction that is tried again tells again.
    let handled: BTreeSet<&str> = handled.iter().copied().collect();
    let expected = [
        r#"handled BookReturned {"book_id":1}"#,
        r#"handled BookReturned {"book_id":2}"#,
        r#"handled BookShelved {"book_id":1,"shelf":"shelf 1"}"#,
        r#"handled BookShelved {"book_id":2,"shelf":"shelf 2"}"#,
    ];
    assert_eq!(handled, BTreeSet::from(expected), "{said}");
    assert_eq!(*empty, "the outbox is empty, the inbox knows 4 more events");
    assert_eq!(*twice, "book 1 was sent twice, and shelved 1 time(s)");
    Ok(())
}

#[test]
fn the_example_is_short() -> anyhow::Result<()> {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(SOURCE))?;
    let lines = source.lines().count();
    assert!(lines < LINES_LIMIT, "{SOURCE} has {lines} lines");
    Ok(())
}
