//! Looks for programs: on PATH, and where packages put servers that are not on it.

use std::path::{Path, PathBuf};

/// Where distributions and Homebrew keep servers, beside what PATH says.
const SERVER_FOLDERS: [&str; 8] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/libexec",
    "/usr/local/mysql/bin",
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/opt/homebrew/opt/openjdk/bin",
    "/usr/local/opt/openjdk/bin",
];

/// The database server: MariaDB's before MySQL's.
#[must_use]
pub fn database() -> Option<PathBuf> {
    on_path(&["mariadbd", "mysqld"])
}

/// The first of these names that PATH, or a usual folder of servers, has.
#[must_use]
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(SERVER_FOLDERS.iter().map(PathBuf::from)).collect();
    first_in(names, &folders)
}

/// The first of these names that one of the folders has; a name earlier in the list wins.
#[must_use]
pub fn first_in(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| is_program(file)))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_name_wins_in_whichever_folder() {
        let folders = ["/nowhere", "/usr/bin", "/bin"].map(PathBuf::from);
        assert!(first_in(&["no-such-program", "sh"], &folders).is_some_and(|file| file.ends_with("sh")));
        assert_eq!(first_in(&["no-such-program"], &folders), None);
    }
}
