//! Programs that `cargo stack test` installs for the tests: newman, schemathesis, a browser, checkers.
//!
//! One that is not there fails the test, with what to do: a test that is skipped looks like one that passes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use stack::process::Spec;

use crate::run::{Ended, run_spec};

/// How long a tool may run.
const TOOL_LIMIT: Duration = Duration::from_mins(4);

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a variable of `cargo stack test` names.
pub fn named_by(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).map(PathBuf::from);
    let path = path.unwrap_or_else(|| panic!("{variable} is not set: run `cargo stack test`, which installs the tool"));
    assert!(path.exists(), "{variable}: {} is not there; run `cargo stack test`", path.display());
    path
}

/// Runs the program that a variable names to its end, in the workspace.
pub async fn run(variable: &str, args: &[&str]) -> Ended {
    run_within(&root(), variable, args).await
}

/// The same in another folder: some programs leave files where they run.
pub async fn run_within(folder: &Path, variable: &str, args: &[&str]) -> Ended {
    let spec = Spec::new(variable, named_by(variable)).args(args).within(folder);
    run_spec(spec, TOOL_LIMIT).await
}

/// What a YAML file of the workspace holds.
pub async fn yaml(file: &str) -> Value {
    const READ: &str = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let python = named_by("TEST_PYTHON_BIN").join("python");
    let spec = Spec::new("python", python).args(["-c", READ, file]).within(&root());
    let ended = run_spec(spec, TOOL_LIMIT).await;
    serde_json::from_str(&ended.output).unwrap_or_else(|error| panic!("{file}: {error}: {}", ended.output))
}

/// Runs a script of `tests/tools/` with Node.js and the packages beside it.
pub async fn node(script: &str, args: &[&str]) -> Ended {
    node_within(TOOL_LIMIT, script, args).await
}

/// The same for what takes its time.
pub async fn node_within(limit: Duration, script: &str, args: &[&str]) -> Ended {
    let spec = Spec::new(script, named_by("TEST_NODE"))
        .arg(root().join("tests/tools").join(script))
        .args(args)
        .within(&root())
        .env("NODE_PATH", named_by("TEST_NODE_MODULES"));
    run_spec(spec, limit).await
}

/// A folder for what people may want to look at: it is kept when tests fail.
pub fn folder(name: &str) -> String {
    let parent = std::env::var_os("TEST_STACK_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder.display().to_string()
}
