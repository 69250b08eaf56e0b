//! `krakend.json` against KrakenD's own schema: what is misspelt there, the gateway passes over in silence.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use stack::temp::TempFolder;

use super::file;

/// Where the schema lies beside a checkout, when it does.
const BESIDE: &str = "../../shared/data/krakend/krakend-2.13.schema.json";

/// `TEST_KRAKEND_SCHEMA`, else the one beside the checkout; nothing where neither is.
fn schema() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join(BESIDE);
    std::env::var_os("TEST_KRAKEND_SCHEMA").map(PathBuf::from).or_else(|| beside.is_file().then_some(beside))
}

fn check(schema: &Path, text: &str) -> Output {
    let tool = std::env::var_os("TEST_CHECK_JSONSCHEMA")
        .expect("TEST_CHECK_JSONSCHEMA is not set: it names the program check-jsonschema; run `cargo stack test`");
    let folder = TempFolder::new("schema").unwrap();
    let file = folder.path().join("krakend.json");
    std::fs::write(&file, text).unwrap();
    // Its patterns are Python's; by the rules of JavaScript they do not even compile.
    let mut command = Command::new(tool);
    command.args(["--regex-variant", "python", "--schemafile"]).arg(schema).arg(&file).output().unwrap()
}

#[test]
fn the_file_is_what_krakend_reads() {
    // The schema is its makers', and not in this repository.
    let Some(schema) = schema() else { return eprintln!("no schema of KrakenD on this machine") };
    let text = file::text();
    let output = check(&schema, &text);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));

    for (right, wrong) in [("\"client_max_rate\"", "\"client_maxrate\""), ("\"timeout\": \"12s\"", "\"timeout\": 12")] {
        let output = check(&schema, &text.replacen(right, wrong, 1));
        assert!(!output.status.success(), "{wrong} was not found");
    }
}
