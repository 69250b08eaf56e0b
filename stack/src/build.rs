//! Builds the services and lays their programs aside.
//!
//! The stack runs copies: a rebuild while a store runs changes nothing under its feet, and a
//! service restarted after a kill is the very program that was killed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{Output, Spec};
use crate::t;
use crate::term::Step;
use crate::workspace::{Workspace, cargo};

/// The programs of a store and of its bench, and the packages that bring them. Always built together: cargo compiles
/// what they share with the features that all of them want, and another set would be compiled anew.
const PROGRAMS: [(&str, &str); 5] = [
    ("store-manager", "store-manager"),
    ("payment-service", "payment-service"),
    ("audit", "store-audit"),
    ("bench", "store-bench"),
    ("lab", "store-lab"),
];

/// What the laboratory kills: the services, built with crash points.
const WITH_CRASH_POINTS: [&str; 2] = ["store-manager", "payment-service"];

/// The crates of ours that are compiled again for it: the services, and what the features are in.
const BUILT_FOR_CRASHES: [&str; 4] = ["store-manager", "payment-service", "service-kit", "saga-kit"];

/// The crates of ours that are compiled for tests without optimisation, which is most of what a run of all tests waits
/// for. Not those whose tests count by the million: the model's states, the mutated envelopes.
const TESTED_AS_WRITTEN: [&str; 9] =
    ["store-manager", "payment-service", "service-kit", "saga-kit", "problem-types", "stack", "lab", "bench", "tests"];

/// Where those lie beside the others.
const CRASH_POINTS_FOLDER: &str = "crash-points";

/// Variables that cargo sets for us and that would make build scripts run again if passed on.
const CARGO_RUN_VARIABLES: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// A folder with the programs of a store.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// store-manager.
    #[must_use]
    pub fn store_manager(&self) -> PathBuf {
        self.folder.join("store-manager")
    }

    /// payment-service.
    #[must_use]
    pub fn payment_service(&self) -> PathBuf {
        self.folder.join("payment-service")
    }

    /// store-audit.
    #[must_use]
    pub fn audit(&self) -> PathBuf {
        self.folder.join("store-audit")
    }

    /// store-bench.
    #[must_use]
    pub fn bench(&self) -> PathBuf {
        self.folder.join("store-bench")
    }

    /// store-lab.
    #[must_use]
    pub fn lab(&self) -> PathBuf {
        self.folder.join("store-lab")
    }

    /// The services with crash points, once [`with_crash_points`] has built them.
    #[must_use]
    pub fn with_crash_points(&self) -> Self {
        Self { folder: self.folder.join(CRASH_POINTS_FOLDER) }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The programs as they lie in `folder`, from an earlier build.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }
}

/// cargo, as the stack runs it: queries are checked against the recorded data, so that a
/// build needs no database.
#[must_use]
pub fn cargo_spec(workspace: &Workspace) -> Spec {
    bare_cargo(workspace, on_ci()).env("SQLX_OFFLINE", "true")
}

/// cargo without a say on how queries are checked. When `locked`, a `Cargo.lock` that does not fit the manifests is
/// an error, and not silently another one.
pub(crate) fn bare_cargo(workspace: &Workspace, locked: bool) -> Spec {
    Spec::new("cargo", cargo())
        .within(&workspace.root)
        .hide_env(&CARGO_RUN_VARIABLES)
        .args(locked.then_some("--locked"))
}

/// Whether this is a run of continuous integration, which all of them say by `CI`.
pub(crate) fn on_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// cargo, compiling and running tests: against the dependencies of a release, which are there already.
#[must_use]
pub fn test_spec(workspace: &Workspace) -> Spec {
    with_optimisation(cargo_spec(workspace).args(["test", "--release"]), &TESTED_AS_WRITTEN, 0)
}

/// Says how far these crates are optimised.
fn with_optimisation(spec: Spec, packages: &[&str], level: u8) -> Spec {
    packages.iter().fold(spec, |spec, package| {
        spec.args(["--config", &format!("profile.release.package.{package}.opt-level={level}")])
    })
}

/// Builds the programs in release and copies them to `folder`.
pub fn programs(workspace: &Workspace, folder: PathBuf) -> Result<Programs> {
    let step = Step::start(t!(
        "building the services (some minutes the first time)",
        "compilation des services (quelques minutes la première fois)"
    ));
    lay(step, &release(workspace), &workspace.target, (&PROGRAMS.map(|(_, program)| program), &folder))?;
    Ok(Programs { folder })
}

/// Builds the services with crash points, and lays them beside `programs`.
///
/// All packages are chosen again, because cargo would compile the dependencies of another set anew; of the programs
/// only the services are built, and the crates that the feature is in with little optimisation, which is quicker.
pub fn with_crash_points(workspace: &Workspace, programs: &Programs) -> Result<()> {
    let target = workspace.target.join(CRASH_POINTS_FOLDER);
    let spec = release(workspace).arg("--target-dir").arg(&target).env("CARGO_BUILD_BUILD_DIR", &workspace.build);
    let mut spec = with_optimisation(spec, &BUILT_FOR_CRASHES, 1);
    for service in WITH_CRASH_POINTS {
        spec = spec.args(["--bin", service, "--features", &format!("{service}/crash-points,{service}/mutations")]);
    }
    let step = Step::start(t!(
        "building the services with crash points (a minute or two the first time)",
        "compilation des services avec points d'arrêt brutal (une minute ou deux la première fois)"
    ));
    lay(step, &spec, &target, (&WITH_CRASH_POINTS, &programs.with_crash_points().folder))
}

/// cargo, building the packages of all programs.
fn release(workspace: &Workspace) -> Spec {
    let spec = cargo_spec(workspace).args(["build", "--release"]).output(Output::Capture);
    PROGRAMS.into_iter().fold(spec, |spec, (package, _)| spec.args(["--package", package]))
}

/// Runs a build as a step, and copies programs from where it puts them to `folder`.
fn lay(mut step: Step, build: &Spec, target: &Path, (programs, folder): (&[&str], &Path)) -> Result<()> {
    step.run(build).map_err(explain)?;
    fs::create_dir_all(folder)?;
    for program in programs {
        copy(&target.join("release").join(program), &folder.join(program))?;
    }
    step.done("");
    Ok(())
}

/// Says what to do, where that is known.
fn explain(error: anyhow::Error) -> anyhow::Error {
    let recorded = !error.to_string().contains("no cached data for this query");
    error.context(if recorded {
        t!("the services do not build", "la compilation des services échoue")
    } else {
        t!(
            "a query is not recorded in .sqlx/; after a change of SQL run: cargo stack prepare",
            "une requête manque dans .sqlx/\u{202f}; après un changement de SQL, exécutez\u{a0}: cargo stack prepare"
        )
    })
}

/// Under another name first: a program that runs cannot be written over, but its name can be
/// given to a new one.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let half = to.with_extension("new");
    fs::copy(from, &half).with_context(|| from.display().to_string())?;
    fs::rename(&half, to)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_cargo_is_told_so_before_its_verb() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(bare_cargo(&workspace, true).arg("check").args, ["--locked", "check"]);
        assert_eq!(bare_cargo(&workspace, false).arg("check").args, ["check"]);
    }
}
