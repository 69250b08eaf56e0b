//! The user's cache folder: what is fetched or built once and used by every checkout.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::t;

/// `$XDG_CACHE_HOME` or `~/.cache`, then `store-manager`.
pub fn folder() -> Result<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
        .with_context(|| t!("neither XDG_CACHE_HOME nor HOME is set", "ni XDG_CACHE_HOME ni HOME n'est défini"))?;
    Ok(cache.join("store-manager"))
}

/// A file in a folder of the cache that says that it was filled to the end.
const MARK: &str = ".complete";

/// A folder of the cache that is filled once from some sources: other sources, another folder.
#[derive(Clone, Debug)]
pub struct Once {
    /// The folder.
    pub folder: PathBuf,
}

impl Once {
    /// `NAME-HASH` in the cache, of what these files hold.
    pub fn of(name: &str, sources: &[PathBuf]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for source in sources {
            source.file_name().hash(&mut hasher);
            fs::read(source).with_context(|| source.display().to_string())?.hash(&mut hasher);
        }
        Ok(Self { folder: folder()?.join(format!("{name}-{:016x}", hasher.finish())) })
    }

    /// Whether it was filled.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.folder.join(MARK).exists()
    }

    /// Fills the folder unless it is; what another try has left half-way is removed. Who comes while another fills
    /// it waits for that one.
    pub fn fill(&self, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let parent = self.folder.parent().context("cache")?;
        fs::create_dir_all(parent)?;
        let lock = File::create(self.folder.with_extension("lock"))?;
        lock.lock()?;
        if self.is_filled() {
            return Ok(());
        }
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)?;
        fill(&self.folder)?;
        fs::write(self.folder.join(MARK), "")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempFolder;

    #[test]
    fn a_folder_is_filled_once_and_begun_anew_when_it_was_left_half_way() {
        let parent = TempFolder::new("cache").unwrap();
        let once = Once { folder: parent.path().join("tools-1") };
        let half = once.fill(|folder| {
            fs::write(folder.join("half"), "")?;
            anyhow::bail!("no network")
        });
        assert_eq!(half.unwrap_err().to_string(), "no network");
        assert!(!once.is_filled());

        once.fill(|folder| {
            assert!(!folder.join("half").exists());
            Ok(fs::write(folder.join("whole"), "")?)
        })
        .unwrap();
        once.fill(|_| anyhow::bail!("again")).unwrap();
        assert!(once.is_filled() && once.folder.join("whole").exists());
    }
}
