//! Go: found, and new enough to build the gateway.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::find;

/// From here on Go fetches by itself the newer toolchain that a module asks for; an older one cannot read its `go.mod`.
pub(super) const OLDEST: (u32, u32) = (1, 21);

/// A Go toolchain.
#[derive(Debug)]
pub struct Go {
    /// Its `go`.
    pub program: PathBuf,
    /// Its version.
    pub version: (u32, u32),
}

/// On PATH, or where Go's own archive puts it.
#[must_use]
pub fn find() -> Option<Go> {
    let usual = || find::first_in(&["go"], &[PathBuf::from("/usr/local/go/bin")]);
    let program = find::on_path(&["go"]).or_else(usual)?;
    let output = Command::new(&program).arg("version").stdin(Stdio::null()).output().ok()?;
    let version = version(&String::from_utf8_lossy(&output.stdout))?;
    Some(Go { program, version })
}

/// From `go version go1.26.8 linux/amd64`.
fn version(text: &str) -> Option<(u32, u32)> {
    let number = text.split_whitespace().nth(2)?.strip_prefix("go")?;
    let mut parts = number.split(|sign: char| !sign.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version() {
        assert_eq!(version("go version go1.26.8 linux/amd64\n"), Some((1, 26)));
        assert_eq!(version("go version go1.27rc1 linux/amd64"), Some((1, 27)));
        assert_eq!(version("go version devel +abc"), None);
        assert!((1, 19) < OLDEST && (1, 21) >= OLDEST);
    }
}
