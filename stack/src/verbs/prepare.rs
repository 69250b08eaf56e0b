//! `prepare`: records what sqlx must know of each query, so that a build needs no database.
//!
//! sqlx's macros write a description of each query to `SQLX_OFFLINE_DIR` when they have a
//! database to ask. So: all migrations into one temporary database, and a check of all code.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::cli::PrepareArgs;
use crate::ports;
use crate::process::Output;
use crate::servers::{Launch, MariaDbOptions, Server};
use crate::t;
use crate::temp::TempFolder;
use crate::term::{self, Step};
use crate::tools::find;
use crate::workspace::Workspace;

const DATABASE: &str = "sqlx_prepare";

/// The machinery's tables first: the services' may lean on them.
const MIGRATIONS: [&str; 3] = ["saga-kit", "store-manager", "payment-service"];

/// Runs the verb.
pub fn run(args: &PrepareArgs) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let folder = TempFolder::new("prepare")?;
    let database = start(&workspace, &folder)?;
    let fresh = folder.path().join("sqlx");
    fs::create_dir_all(&fresh)?;
    // Who only checks changes nothing, Cargo.lock included.
    describe(&workspace, &database, &fresh, args.check || build::on_ci())?;
    let (old, new) = (read(&workspace.root.join(".sqlx"))?, read(&fresh)?);
    if args.check {
        return check(&old, &new);
    }
    replace(&workspace.root.join(".sqlx"), &new)?;
    let count = new.len();
    term::line(&t!("{count} queries recorded in .sqlx/", "{count} requêtes enregistrées dans .sqlx/"));
    Ok(ExitCode::SUCCESS)
}

fn start(workspace: &Workspace, folder: &TempFolder) -> Result<Server> {
    let step =
        Step::start(t!("a temporary database with all migrations", "une base temporaire avec toutes les migrations"));
    let init_file = folder.path().join("migrations.sql");
    fs::write(&init_file, migrations(&workspace.root.join("migrations"))?)?;
    let log = folder.path().join("mariadb.log");
    let database = MariaDbOptions {
        program: find::database()
            .with_context(|| t!("no database server on PATH", "aucun serveur de base de données dans le PATH"))?,
        data: folder.path().join("mariadb"),
        port: ports::free()?,
        log: log.clone(),
        init_file: Some(init_file),
    };
    let database = database.start()?;
    if let Some(error) = first_error(&fs::read_to_string(log)?) {
        bail!("{}", t!("a migration fails: {error}", "une migration échoue\u{a0}: {error}"));
    }
    step.done("");
    Ok(database)
}

/// A server whose script failed serves all the same, and tells it in its log alone: MariaDB as
/// `ERROR: 1064 …`, MySQL among its own lines.
fn first_error(log: &str) -> Option<&str> {
    log.lines().find(|line| line.starts_with("ERROR") || line.contains("[ERROR]"))
}

/// All migrations as one script, folder by folder, file by file in order of name.
fn migrations(root: &Path) -> Result<String> {
    let mut script = format!("CREATE DATABASE {DATABASE};\nUSE {DATABASE};\n");
    for name in MIGRATIONS {
        for (_, bytes) in read(&root.join(name))? {
            // One statement a file, with or without its semicolon.
            script.push_str(String::from_utf8(bytes)?.trim().trim_end_matches(';'));
            script.push_str(";\n");
        }
    }
    Ok(script)
}

/// Lets sqlx's macros describe every query of the workspace into `fresh`.
fn describe(workspace: &Workspace, database: &Server, fresh: &Path, locked: bool) -> Result<()> {
    // cargo runs macros anew only for sources that are newer than what it built.
    for root in workspace.sqlx_roots() {
        File::options()
            .append(true)
            .open(&root)?
            .set_modified(SystemTime::now())
            .with_context(|| root.display().to_string())?;
    }
    let spec = build::bare_cargo(workspace, locked)
        .args(["check", "--release", "--workspace", "--all-targets"])
        .env("DATABASE_URL", format!("{}/{DATABASE}", database.url()))
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", fresh)
        .output(Output::Capture);
    let mut step = Step::start(t!("checking every query against it", "vérification de chaque requête contre elle"));
    step.run(&spec)?;
    step.done("");
    Ok(())
}

/// Names and contents of the files of a folder, in order of name; none when there is no folder.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(BTreeMap::new());
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let entry = entry?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(files)
}

fn replace(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn check(old: &BTreeMap<String, Vec<u8>>, new: &BTreeMap<String, Vec<u8>>) -> Result<ExitCode> {
    let (missing, gone) = (difference(new, old), difference(old, new));
    if missing > 0 || gone > 0 {
        bail!(
            "{}",
            t!(
                ".sqlx/ is out of date (not recorded: {missing}, recorded and gone: {gone}); run cargo stack prepare",
                ".sqlx/ est périmé (manquent\u{a0}: {missing}, disparues\u{a0}: {gone})\u{202f}; exécutez cargo stack prepare"
            )
        );
    }
    term::line(&t!(".sqlx/ is up to date", ".sqlx/ est à jour"));
    Ok(ExitCode::SUCCESS)
}

/// How many of `these` the others lack, or have otherwise.
fn difference(these: &BTreeMap<String, Vec<u8>>, others: &BTreeMap<String, Vec<u8>>) -> usize {
    these.iter().filter(|(name, bytes)| others.get(*name) != Some(bytes)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_error_of_either_server() {
        assert_eq!(
            first_error("x [Note] starting\nERROR: 1064  You have an error"),
            Some("ERROR: 1064  You have an error")
        );
        assert!(first_error("2026 0 [ERROR] [MY-000068] [Server] unknown table").is_some());
        assert_eq!(first_error("x [Warning] Could not increase\nready for connections"), None);
    }

    #[test]
    fn counts_what_is_missing_and_what_changed() {
        let files = |list: &[(&str, &str)]| {
            list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect::<BTreeMap<_, _>>()
        };
        let old = files(&[("a", "1"), ("b", "2")]);
        let new = files(&[("a", "1"), ("b", "3"), ("c", "4")]);
        assert_eq!((difference(&new, &old), difference(&old, &new)), (2, 1));
    }
}
