//! The Java runtime: found, and new enough.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::find;

/// Kafka 4's brokers refuse an older one.
pub(super) const OLDEST: u32 = 17;

/// A Java runtime.
#[derive(Debug)]
pub struct Java {
    /// Its `java`.
    pub program: PathBuf,
    /// Its version.
    pub major: u32,
}

/// `JAVA_HOME` first, as Maven does, then PATH. The stub of macOS is no runtime: it fails to
/// say its version.
pub(super) fn find() -> Option<Java> {
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin"));
    let candidates = [home.and_then(|bin| find::first_in(&["java"], &[bin])), find::on_path(&["java"])];
    candidates.into_iter().flatten().find_map(Java::at)
}

impl Java {
    /// That program, where it is a runtime.
    #[must_use]
    pub fn at(program: PathBuf) -> Option<Self> {
        let output = Command::new(&program).arg("-version").stdin(Stdio::null()).output().ok()?;
        let major = major(&String::from_utf8_lossy(&output.stderr))?;
        Some(Self { program, major })
    }
}

/// From `openjdk version "17.0.12" 2024-07-16`; before Java 9 it read `"1.8.0_392"`.
fn major(text: &str) -> Option<u32> {
    let quoted = text.split('"').nth(1)?;
    let mut parts = quoted.split(['.', '-', '_']);
    match parts.next()?.parse().ok()? {
        1 => parts.next()?.parse().ok(),
        major => Some(major),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_old_and_new_versions() {
        assert_eq!(major("openjdk version \"17.0.17\" 2025-10-21"), Some(17));
        assert_eq!(major("java version \"1.8.0_392\""), Some(8));
        assert_eq!(major("openjdk version \"25-ea\" 2025-09-16"), Some(25));
        assert_eq!(major("The operation couldn’t be completed."), None);
    }
}
