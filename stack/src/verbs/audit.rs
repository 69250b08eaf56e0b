//! `audit`: holds both databases of `up` against each other.

use std::process::ExitCode;

use anyhow::{Result, bail};

use super::exit_code;
use crate::audit;
use crate::build::Programs;
use crate::cli::AuditArgs;
use crate::lock;
use crate::store::Record;
use crate::term;
use crate::workspace::Workspace;
use crate::{out, t};

/// Runs the verb.
pub fn run(args: &AuditArgs) -> Result<ExitCode> {
    let folder = Workspace::find()?.stack_folder();
    if lock::holder(&folder).is_none_or(|holder| holder.verb != "up") {
        bail!(
            "{}",
            t!(
                "no store runs here; start it: cargo stack up",
                "aucun magasin ne tourne ici\u{202f}; pour le démarrer\u{a0}: cargo stack up"
            )
        );
    }
    let ports = Record::read(&folder)?.ports;
    let verdict = audit::ask(&Programs::in_folder(folder.join("bin")), &ports, args.wait_s)?;
    for line in &verdict {
        if line.ok { term::good(&line.line()) } else { term::bad(&line.line()) }
    }
    out!("\n{}", audit::summary(&verdict));
    Ok(exit_code(audit::is_clean(&verdict)))
}
