//! The Redis server: on PATH, or hidden in the package of Debian's tools.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{cache, find};
use crate::t;

/// The servers, and the checker of either, which is the same program under another name. Debian's `redis-tools` has
/// the checker, and unlike `redis-server` it starts no service on port 6379.
const SERVERS: [&str; 2] = ["redis-server", "valkey-server"];
const CHECKERS: [&str; 2] = ["redis-check-rdb", "valkey-check-rdb"];

/// The server, or what is the server under another name.
pub(super) fn find() -> Option<PathBuf> {
    find::on_path(&SERVERS).or_else(|| find::on_path(&CHECKERS))
}

/// A program that runs as the server.
pub(super) fn program() -> Result<PathBuf> {
    let found = find().with_context(|| t!("no Redis server on PATH", "aucun serveur Redis dans le PATH"))?;
    match server_name(&found) {
        Some(name) => linked(&found, &cache::folder()?.join("redis"), name),
        None => Ok(found),
    }
}

/// The name under which a checker is the server; nothing for a server.
fn server_name(program: &Path) -> Option<&'static str> {
    let place = CHECKERS.iter().position(|name| program.ends_with(name))?;
    Some(SERVERS[place])
}

/// A link to the program under the server's name. By a rename, because another stack may do the same now.
fn linked(program: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let link = folder.join(name);
    if fs::read_link(&link).is_ok_and(|target| target == program) {
        return Ok(link);
    }
    fs::create_dir_all(folder)?;
    let half = folder.join(format!("{name}.{}", std::process::id()));
    symlink(program, &half)?;
    fs::rename(&half, &link).with_context(|| link.display().to_string())?;
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempFolder;

    #[test]
    fn a_checker_is_linked_under_the_name_of_its_server() {
        assert_eq!(server_name(Path::new("/usr/bin/redis-server")), None);
        assert_eq!(server_name(Path::new("/usr/bin/valkey-check-rdb")), Some("valkey-server"));

        let folder = TempFolder::new("redis").unwrap();
        for program in ["/bin/false", "/bin/true", "/bin/true"].map(Path::new) {
            let link = linked(program, folder.path(), "redis-server").unwrap();
            assert_eq!(fs::read_link(&link).unwrap(), program);
        }
    }
}
