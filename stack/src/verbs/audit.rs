//! `audit`: holds both databases of `up` against each other.

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::exit_code;
use crate::build::Programs;
use crate::cli::AuditArgs;
use crate::lock;
use crate::ports::Ports;
use crate::store::Record;
use crate::t;
use crate::term;
use crate::workspace::Workspace;

/// A line of the audit's verdict.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Verdict {
    /// What was looked at.
    pub name: String,
    /// Whether it is as it must be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// Runs the verb.
pub fn run(args: &AuditArgs) -> Result<ExitCode> {
    let folder = Workspace::find()?.stack_folder();
    if lock::holder(&folder).is_none_or(|holder| holder.verb != "up") {
        bail!(
            "{}",
            t!(
                "no store runs here; start it: cargo stack up",
                "aucun magasin ne tourne ici ; pour le démarrer : cargo stack up"
            )
        );
    }
    let ports = Record::read(&folder)?.ports;
    let verdict = ask(&Programs::in_folder(folder.join("bin")), &ports, args.wait_s)?;
    Ok(exit_code(show(&verdict)))
}

/// Asks the audit program for its verdict, once sagas under way have ended or `wait_s` passed.
pub fn ask(programs: &Programs, ports: &Ports, wait_s: u32) -> Result<Vec<Verdict>> {
    let output = Command::new(programs.audit())
        .args(["--store-database-url", &ports.store_database()])
        .args(["--payments-database-url", &ports.payments_database()])
        .args(["--json", "--wait-s", &wait_s.to_string()])
        .stdin(Stdio::null())
        .output()
        .with_context(|| programs.audit().display().to_string())?;
    // Its exit code says what the lines say; without lines, its words are the error.
    serde_json::from_slice(&output.stdout).with_context(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// Prints the verdict line by line; whether all is well.
pub fn show(verdict: &[Verdict]) -> bool {
    for Verdict { name, ok, detail } in verdict {
        let line = format!("{name}: {}", term::dim(detail));
        if *ok { term::good(&line) } else { term::bad(&line) }
    }
    !verdict.is_empty() && verdict.iter().all(|line| line.ok)
}
