//! A folder of one's own outside the repository, removed when dropped unless it is kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Pid, test_kill_process};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The beginning of each folder's name; purpose, process id and a number follow.
const PREFIX: &str = "store-";

/// A file that says that nobody wants to look into the folder once its process is gone.
const MARK: &str = ".temporary";

/// A temporary folder.
#[derive(Debug)]
pub struct TempFolder {
    path: PathBuf,
    keep: bool,
}

impl TempFolder {
    /// Makes one, in `$TMPDIR` or `/tmp`; short, because sockets stand in it. Takes away what
    /// killed processes have left.
    pub fn new(purpose: &str) -> io::Result<Self> {
        let parent = std::env::temp_dir();
        sweep(&parent);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("{PREFIX}{purpose}-{}-{number}", std::process::id()));
        if path.exists() {
            // Kept by a process that had our number.
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        fs::write(path.join(MARK), "")?;
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
        // Were it still marked, the next stack would take it away.
        let _ = fs::remove_file(self.path.join(MARK));
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        if !self.keep {
            // Nothing depends on it; the next stack takes away what is left.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Removes marked folders whose process does not live. A failure costs disk space, nothing else.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let path = entry.path();
        let owner = owner(&entry.file_name().to_string_lossy());
        if owner.is_some_and(|pid| !lives(pid)) && path.join(MARK).exists() {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// The process id in a folder's name, `store-PURPOSE-PID-NUMBER`.
fn owner(name: &str) -> Option<Pid> {
    let mut parts = name.strip_prefix(PREFIX)?.rsplit('-');
    parts.next()?.parse::<u32>().ok()?;
    Pid::from_raw(parts.next()?.parse().ok()?)
}

/// Also when it is somebody else's and may not be signalled.
fn lives(pid: Pid) -> bool {
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_unless_it_is_kept() {
        let gone = TempFolder::new("temp").unwrap().path().to_owned();
        assert!(!gone.exists());
        let mut folder = TempFolder::new("temp").unwrap();
        folder.keep();
        let kept = folder.path().to_owned();
        drop(folder);
        assert!(kept.exists());
        fs::remove_dir_all(kept).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_is_swept_and_what_was_kept_is_not() {
        let parent = TempFolder::new("temp").unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let (dead, alive) = (child.id(), std::process::id());
        let folder = |name: String, marked: bool| {
            let path = parent.path().join(name);
            fs::create_dir(&path).unwrap();
            if marked {
                fs::write(path.join(MARK), "").unwrap();
            }
            path
        };
        let left = folder(format!("store-it-kafka-{dead}-0"), true);
        let kept = folder(format!("store-demo-{dead}-0"), false);
        let used = folder(format!("store-demo-{alive}-0"), true);
        let strange = folder("store-demo".to_owned(), true);

        sweep(parent.path());

        assert!(!left.exists());
        assert!(kept.exists() && used.exists() && strange.exists());
    }
}
