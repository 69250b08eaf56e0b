//! The workspace the stack stands in: its folders, and what cargo knows of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::t;

/// Folders of the workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The root, where `Cargo.toml` is.
    pub root: PathBuf,
    /// Where cargo puts the programs that it builds.
    pub target: PathBuf,
    /// Where cargo puts what it needs to build them.
    pub build: PathBuf,
    packages: Vec<Package>,
}

/// A package, as far as `prepare` needs it.
#[derive(Clone, Debug, Deserialize)]
struct Package {
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Clone, Debug, Deserialize)]
struct Dependency {
    name: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Target {
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    build_directory: PathBuf,
    packages: Vec<Package>,
}

impl Workspace {
    /// Asks cargo about the workspace that this program was built in.
    pub fn find() -> Result<Self> {
        // cargo sets it when it runs us; beside cargo, where we were built.
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(Path::new(&own).join("Cargo.toml"))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .with_context(|| t!("cannot run cargo", "impossible d'exécuter cargo"))?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
        let Metadata { workspace_root, target_directory, build_directory, packages } = metadata;
        Ok(Self { root: workspace_root, target: target_directory, build: build_directory, packages })
    }

    /// `.stack`, which holds all that `up` writes.
    #[must_use]
    pub fn stack_folder(&self) -> PathBuf {
        self.root.join(".stack")
    }

    /// Source files from which sqlx checks queries: roots of the targets that may use its macros.
    #[must_use]
    pub fn sqlx_roots(&self) -> Vec<PathBuf> {
        self.packages
            .iter()
            .filter(|package| package.dependencies.iter().any(|dependency| dependency.name == "sqlx"))
            .flat_map(|package| package.targets.iter().map(|target| target.src_path.clone()))
            .collect()
    }
}

/// The cargo that runs us, so that a toolchain chosen by `cargo +…` is kept.
#[must_use]
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
