//! The user's cache folder: what is fetched or built once and used by every checkout.

use std::path::PathBuf;

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
