//! One stack a folder: a lock that the system releases however its holder ends.
//!
//! The lock is on the file, not the file itself: what a killed stack leaves behind is a
//! note of who it was, never a lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Local, Utc};
use serde::{Deserialize, Serialize};

use crate::t;

/// Who holds a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// What it does: `up`, `reset`.
    pub verb: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    /// By word and not by closing the file: a child on its way from fork to exec still has it open, and the lock with it.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the folder for `verb`; the error says who has it.
    pub fn take(folder: &Path, verb: &str) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let mut file = open(folder)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("{}", held_by(&mut file)),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let holder = Holder { pid: std::process::id(), verb: verb.to_owned(), since: Utc::now() };
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(&serde_json::to_vec(&holder)?)?;
        Ok(Self { file })
    }
}

/// Who holds the folder now, if anyone does.
#[must_use]
pub fn holder(folder: &Path) -> Option<Holder> {
    let mut file = OpenOptions::new().read(true).open(folder.join("lock")).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read(&mut file),
        // Ours for a moment; nobody held it.
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn open(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| path.display().to_string())
}

fn read(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn held_by(file: &mut File) -> String {
    match read(file) {
        Some(Holder { pid, verb, since }) => {
            let since = since.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S");
            t!(
                "this folder is held by `cargo stack {verb}` (process {pid}, since {since}); stop it first (Ctrl-C there, or kill {pid})",
                "ce dossier est utilisé par `cargo stack {verb}` (processus {pid}, depuis {since})\u{202f}; arrêtez-le d'abord (Ctrl-C là-bas, ou kill {pid})"
            )
        }
        None => t!("this folder is held by another cargo stack", "ce dossier est utilisé par un autre cargo stack"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempFolder;

    #[test]
    fn a_second_one_is_told_who_holds_it() {
        let folder = TempFolder::new("lock").unwrap();
        let lock = Lock::take(folder.path(), "up").unwrap();

        let refused = Lock::take(folder.path(), "reset").unwrap_err().to_string();
        assert!(refused.contains("cargo stack up"), "{refused}");
        assert!(refused.contains(&std::process::id().to_string()), "{refused}");
        assert_eq!(holder(folder.path()).map(|holder| holder.verb), Some("up".to_owned()));

        drop(lock);
        assert_eq!(holder(folder.path()), None);
        Lock::take(folder.path(), "reset").unwrap();
    }

    #[test]
    fn a_folder_never_used_is_free() {
        let folder = TempFolder::new("lock").unwrap();
        assert_eq!(holder(folder.path()), None);
    }
}
