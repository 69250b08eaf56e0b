//! What the tests run besides servers: newman, a browser's driver, Mermaid and the schema of `AsyncAPI` from npm,
//! schemathesis and checkers from PyPI, promtool, a browser. The packages of npm and PyPI are named and pinned in
//! `tests/tools/`, and installed once into the user's cache folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::cache::Once;
use super::{find, install, promtool, requirement};
use crate::process::{Output, Spec};
use crate::t;
use crate::term::Step;
use crate::workspace::Workspace;

const NPM_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const PIP_FILE: &str = "requirements.txt";

/// What a browser is called, from one system to the next.
pub(super) const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Where a Mac has it, which no PATH says.
const MAC_BROWSERS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Programs and folders of packages.
#[derive(Clone, Debug)]
pub struct TestTools {
    node: PathBuf,
    node_modules: PathBuf,
    python_bin: PathBuf,
    promtool: PathBuf,
    browser: PathBuf,
}

/// A browser that can be driven.
pub(super) fn browser() -> Option<PathBuf> {
    find::on_path(&BROWSERS).or_else(|| MAC_BROWSERS.map(PathBuf::from).into_iter().find(|file| file.is_file()))
}

impl TestTools {
    /// Finds everything; sets up what is missing, and says so while it does.
    pub fn ready(workspace: &Workspace) -> Result<Self> {
        install::missing(requirement::for_tests)?;
        let folder = workspace.root.join("tests/tools");
        let program = |names: &[&str]| find::on_path(names).with_context(|| names.join(", "));
        Ok(Self {
            node: program(&["node", "nodejs"])?,
            node_modules: node_modules(&folder)?,
            python_bin: python_bin(&folder)?,
            promtool: promtool::ready()?,
            browser: browser().context("chromium")?,
        })
    }

    /// The variables by which tests find all this.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let (npm, python) = (self.node_modules.join(".bin"), &self.python_bin);
        vec![
            ("TEST_NODE", self.node.clone()),
            ("TEST_NODE_MODULES", self.node_modules.clone()),
            ("TEST_NEWMAN", npm.join("newman")),
            ("TEST_PYTHON_BIN", python.clone()),
            ("TEST_SCHEMATHESIS", python.join("schemathesis")),
            ("TEST_CHECK_JSONSCHEMA", python.join("check-jsonschema")),
            ("TEST_HADOLINT", python.join("hadolint")),
            ("TEST_PROMTOOL", self.promtool.clone()),
            ("TEST_CHROMIUM", self.browser.clone()),
        ]
    }
}

/// The packages of `package-lock.json`, without running any script of theirs.
fn node_modules(sources: &Path) -> Result<PathBuf> {
    let place = Once::of("node", &NPM_FILES.map(|file| sources.join(file)))?;
    if !place.is_filled() {
        let npm = find::on_path(&["npm"]).context("npm")?;
        let mut step = Step::start(t!(
            "fetching newman and other tools of the tests with npm (once)",
            "téléchargement par npm de newman et d'autres outils des tests (une seule fois)"
        ));
        place.fill(|folder| {
            for file in NPM_FILES {
                fs::copy(sources.join(file), folder.join(file))?;
            }
            let spec = Spec::new("npm", &npm)
                .within(folder)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
                .output(Output::Capture);
            step.run(&spec)
        })?;
        step.done("");
    }
    Ok(place.folder.join("node_modules"))
}

/// The packages of `requirements.txt` in an environment of their own.
fn python_bin(sources: &Path) -> Result<PathBuf> {
    let requirements = sources.join(PIP_FILE);
    let place = Once::of("python", std::slice::from_ref(&requirements))?;
    let bin = place.folder.join("venv/bin");
    if !place.is_filled() {
        let python = find::on_path(&["python3"]).context("python3")?;
        let mut step = Step::start(t!(
            "fetching schemathesis and other tools of the tests with pip (once)",
            "téléchargement par pip de schemathesis et d'autres outils des tests (une seule fois)"
        ));
        place.fill(|folder| {
            step.run(
                &Spec::new("venv", &python).args(["-m", "venv"]).arg(folder.join("venv")).output(Output::Capture),
            )?;
            let spec = Spec::new("pip", bin.join("python"))
                .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--requirement"])
                .arg(&requirements)
                .output(Output::Capture);
            step.run(&spec)
        })?;
        step.done("");
    }
    Ok(bin)
}
