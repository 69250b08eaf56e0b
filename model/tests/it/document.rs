//! `docs/model.md` says what the checker finds today: its figures and its traces are held against it.
//!
//! `UPDATE_MODEL=1` writes them anew. What stands between them is written by hand and must fit.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use model::Bug::{Forgetful, InboxOff, OffsetBeforeCommit, PublishBeforeCommit};
use model::properties::{AGREE, ENDS, HANDLED_ONCE, SOLD_ONCE};
use model::{Bounds, Bug, Saga, check, trace};

use crate::bugs::{FOUND, PLAIN};
use crate::holds::OUTCOMES;

/// One order that is paid, nothing else.
const PAID: Bounds = Bounds { no_cancel: true, no_expiry: true, ..PLAIN };

/// The document, brought up to date first if that was asked for.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/model.md");
    let mut text = std::fs::read_to_string(&path).unwrap();
    if std::env::var_os("UPDATE_MODEL").is_some_and(|flag| flag == "1") {
        for (name, content) in blocks() {
            let old = block(&text, name).to_owned();
            text = text.replacen(&format!("{}{old}", begin(name)), &format!("{}{content}", begin(name)), 1);
        }
        std::fs::write(path, &text).unwrap();
    }
    text
});

fn blocks() -> [(&'static str, String); 6] {
    [
        ("states", states()),
        ("faults", faults()),
        ("inbox-off", shortest(PLAIN, &[InboxOff], HANDLED_ONCE)),
        ("inbox-off-forgetful", shortest(PLAIN, &[InboxOff, Forgetful], SOLD_ONCE)),
        ("offset-before-commit", shortest(PLAIN, &[OffsetBeforeCommit], ENDS)),
        ("publish-before-commit", shortest(PAID, &[PublishBeforeCommit], AGREE)),
    ]
}

fn states() -> String {
    let mut table = "| `store-model` with | States | Steps between them |\n|---|---|---|\n".to_owned();
    for (options, outcome) in OUTCOMES.iter() {
        let options = if options.is_empty() { "nothing".to_owned() } else { format!("`{options}`") };
        writeln!(table, "| {options} | {} | {} |", outcome.states, outcome.steps).unwrap();
    }
    table
}

fn faults() -> String {
    let mut table = "| Fault | What fails |\n|---|---|\n".to_owned();
    for (bugs, failing) in FOUND.iter() {
        let bugs: Vec<String> = bugs.iter().map(|bug| format!("`{bug}`")).collect();
        let failing = if failing.is_empty() { "nothing".to_owned() } else { failing.join("; ") };
        writeln!(table, "| {} | {failing} |", bugs.join(" with ")).unwrap();
    }
    table
}

fn shortest(bounds: Bounds, bugs: &[Bug], property: &'static str) -> String {
    let saga = Saga::new(bounds, bugs);
    trace::table(&saga, &check::shortest(&saga, property).unwrap())
}

fn begin(name: &str) -> String {
    format!("<!-- {name} -->\n\n")
}

/// What stands between a block's marks.
fn block<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, rest) = text.split_once(&begin(name)).unwrap_or_else(|| panic!("docs/model.md has no block {name}"));
    rest.split_once("\n<!-- end -->").unwrap_or_else(|| panic!("the block {name} of docs/model.md has no end")).0
}

#[test]
fn its_figures_and_traces_are_those_of_the_checker() {
    for (name, content) in blocks() {
        assert_eq!(block(&DOCUMENT, name), content, "docs/model.md, {name}: UPDATE_MODEL=1 writes it anew");
    }
}
