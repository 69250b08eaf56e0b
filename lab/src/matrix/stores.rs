//! Stores for cases, each in a folder of its own.

use std::time::Duration;

use anyhow::Result;
use stack::store::Parts;
use stack::temp::TempFolder;

use crate::laboratory::Laboratory;

/// What every store of a run is like.
#[derive(Debug)]
pub struct Stores {
    parts: Parts,
    settings: Vec<(&'static str, String)>,
    patience: Duration,
}

/// A store with its folder. The fields are dropped in this order: a store that outlived its folder would still write
/// into it, and leave behind what it wrote.
#[derive(Debug)]
pub struct Own<L = Laboratory> {
    /// The store.
    pub lab: L,
    /// Where its data and logs are.
    pub folder: TempFolder,
}

impl Stores {
    /// With a deliberate fault, if one is wanted, and so many seconds of patience.
    #[must_use]
    pub fn new(parts: Parts, mutation: Option<&str>, patience: u64) -> Self {
        let settings = mutation.map(|name| ("MUTATION", name.to_owned())).into_iter().collect();
        Self { parts, settings, patience: Duration::from_secs(patience) }
    }

    /// One more.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(&self) -> Result<Own> {
        let folder = TempFolder::new("crash")?;
        let lab = Laboratory::start(self.parts.clone(), folder.path(), (&self.settings, self.patience))?;
        Ok(Own { lab, folder })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Writes to its folder to the last, as a store does.
    struct Writer(PathBuf);

    impl Drop for Writer {
        fn drop(&mut self) {
            std::fs::write(self.0.join("last"), "").expect("the folder outlives the store");
        }
    }

    #[test]
    fn a_store_ends_before_its_folder_goes() {
        let folder = TempFolder::new("own").unwrap();
        let path = folder.path().to_owned();
        drop(Own { lab: Writer(path.clone()), folder });
        assert!(!path.exists());
    }
}
