//! The data folder of MariaDB or MySQL: made once, by the server's own means.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::t;
use crate::tools::find;

/// Makes MariaDB's data folder, under its new name and its old.
const INSTALL_DB: [&str; 2] = ["mariadb-install-db", "mysql_install_db"];

/// Which of the two servers a program is: they make their data folders differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// MariaDB.
    MariaDb,
    /// Oracle's MySQL, or another that is made with `--initialize-insecure` as it is.
    MySql,
}

impl Flavour {
    /// Asks the program; `--version` of MariaDB's names itself, under either file name.
    pub fn of(program: &Path) -> Result<Self> {
        let output = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .with_context(|| program.display().to_string())?;
        Ok(Self::from_version(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Its name for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        }
    }

    fn from_version(text: &str) -> Self {
        if text.contains("MariaDB") { Self::MariaDb } else { Self::MySql }
    }
}

/// The argument without which either server refuses to run as root.
pub(super) fn as_root() -> Option<&'static str> {
    rustix::process::geteuid().is_root().then_some("--user=root")
}

/// The variable by which either server is told where its temporary files go.
pub(super) const TEMPORARY_FOLDER: &str = "TMPDIR";

/// The server's own folder for temporary files, beside its data: a server that starts removes all those it finds, and
/// those of another server would be among them.
pub(super) fn temporary(data: &Path) -> PathBuf {
    data.with_extension("tmp")
}

/// Makes the data folder unless it is there whole: user root, no password, loopback only.
///
/// It is made under another name and renamed when complete, so that a folder left half made
/// by a crash is never taken for a good one.
pub(super) fn ensure(program: &Path, data: &Path) -> Result<()> {
    std::fs::create_dir_all(temporary(data))?;
    if data.is_dir() {
        return Ok(());
    }
    let half = data.with_extension("half-made");
    if half.exists() {
        std::fs::remove_dir_all(&half)?;
    }
    let mut command = match Flavour::of(program)? {
        Flavour::MariaDb => install_db(program, &half)?,
        Flavour::MySql => initialize(program, &half),
    };
    command.args(as_root());
    let output = command
        .env(TEMPORARY_FOLDER, temporary(data))
        .stdin(Stdio::null())
        .output()
        .with_context(|| t!("cannot make a data folder", "impossible de créer le dossier de données"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        let said = said.trim();
        bail!(
            "{}",
            t!(
                "the database server could not make its data folder:\n{said}",
                "le serveur de base de données n'a pas pu créer son dossier\u{a0}:\n{said}"
            )
        );
    }
    std::fs::rename(&half, data)?;
    Ok(())
}

/// The program without which MariaDB's data folder cannot be made, if one is missing: Debian
/// keeps it in the package of the client.
#[must_use]
pub fn missing_helper(program: &Path) -> Option<&'static str> {
    let folders = around(program);
    let found = |names: &[&str]| find::first_in(names, &folders).or_else(|| find::on_path(names)).is_some();
    [INSTALL_DB.as_slice(), &["my_print_defaults"]].into_iter().find(|names| !found(names)).map(|names| names[0])
}

/// The folders of a server's own programs. They come before PATH: two versions on one machine
/// must not be mixed.
fn around(program: &Path) -> Vec<PathBuf> {
    let beside = [program.parent(), program.parent().and_then(Path::parent)].into_iter().flatten();
    beside.flat_map(|folder| [folder.join("bin"), folder.join("scripts"), folder.to_owned()]).collect()
}

fn install_db(program: &Path, data: &Path) -> Result<Command> {
    let script = find::first_in(&INSTALL_DB, &around(program))
        .or_else(|| find::on_path(&INSTALL_DB))
        .with_context(|| t!("mariadb-install-db is missing", "mariadb-install-db manque"))?;
    let mut command = Command::new(script);
    command.arg("--no-defaults").arg(format!("--datadir={}", data.display())).args([
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-log-bin",
    ]);
    Ok(command)
}

fn initialize(program: &Path, data: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--no-defaults").arg("--initialize-insecure").arg(format!("--datadir={}", data.display()));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_two_servers_apart() {
        let mariadb = "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)";
        assert_eq!(Flavour::from_version(mariadb), Flavour::MariaDb);
        assert_eq!(Flavour::from_version("/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64"), Flavour::MySql);
    }
}
