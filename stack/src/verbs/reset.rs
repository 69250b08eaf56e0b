//! `reset`: forgets what the store of this folder has kept.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::lock::Lock;
use crate::workspace::Workspace;
use crate::{out, t};

/// Runs the verb. The lock makes sure that nobody runs on what is deleted; it stays itself.
pub fn run() -> Result<ExitCode> {
    let folder = Workspace::find()?.stack_folder();
    let _lock = Lock::take(&folder, "reset")?;
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name() == "lock" {
            continue;
        }
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.with_context(|| path.display().to_string())?;
    }
    out!(
        "{}",
        t!(
            "Data and logs are deleted; the next `cargo stack up` begins anew.",
            "Données et journaux effacés\u{202f}; le prochain `cargo stack up` repart de zéro."
        )
    );
    Ok(ExitCode::SUCCESS)
}
