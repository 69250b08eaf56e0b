//! `demo`
use crate::cli::DemoArgs;
use anyhow::Result;
use std::process::ExitCode;
/// todo
pub fn run(_args: &DemoArgs) -> Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
