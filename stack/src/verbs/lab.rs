//! `crash` and `lab`: built here, and done by `store-lab`, which takes this process's place.

use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::build;
use crate::t;
use crate::tools::Tools;
use crate::workspace::Workspace;

/// Runs the verb.
pub fn run() -> Result<ExitCode> {
    match become_the_laboratory()? {}
}

/// It lives in a crate of its own, which has what the stack must do without to be there quickly: a client of the
/// database, and a web server. It finds the programs that it kills in its own folder.
fn become_the_laboratory() -> Result<Infallible> {
    let workspace = Workspace::find()?;
    // What the build needs is set up with the servers.
    Tools::ready()?;
    let programs = build::programs(&workspace, workspace.target.join("laboratory"))?;
    build::with_crash_points(&workspace, &programs)?;
    let error = Command::new(programs.lab()).args(std::env::args_os().skip(1)).exec();
    Err(error).with_context(|| t!("cannot run store-lab", "impossible d'exécuter store-lab"))
}
