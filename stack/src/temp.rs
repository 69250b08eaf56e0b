//! A folder of one's own outside the repository, removed when dropped unless it is kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A temporary folder.
#[derive(Debug)]
pub struct TempFolder {
    path: PathBuf,
    keep: bool,
}

impl TempFolder {
    /// Makes one, in `$TMPDIR` or `/tmp`; short, because sockets stand in it.
    pub fn new(purpose: &str) -> io::Result<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("store-{purpose}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        if path.exists() {
            // Left by a process that had our number and was killed.
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(Self { path, keep: false })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it there for someone to look into.
    pub fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        if !self.keep {
            // Nothing depends on it; the system's own cleaning takes what is left.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
