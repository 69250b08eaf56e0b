//! `replay`
use crate::cli::ReplayArgs;
use anyhow::Result;
use std::process::ExitCode;
/// todo
pub fn run(_args: &ReplayArgs) -> Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
