//! `cargo stack lab`: the page by which a class watches a store being killed.

use std::process::ExitCode;

use anyhow::{Result, bail};
use stack::cli::LabArgs;

/// Runs the verb.
///
/// # Errors
/// It cannot be served.
pub fn run(_: &LabArgs) -> Result<ExitCode> {
    bail!("the page is not there yet")
}
