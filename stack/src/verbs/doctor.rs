//! `doctor`: each prerequisite, how it stands, and what to do.

use std::process::ExitCode;

use anyhow::Result;

use super::exit_code;
use crate::cli::DoctorArgs;
use crate::ports::Ports;
use crate::term;
use crate::tools::{self, Need, State, TestTools, Tools};
use crate::workspace::Workspace;
use crate::{out, t};

/// Runs the verb; it only looks, unless it is asked to install.
pub fn run(args: &DoctorArgs) -> Result<ExitCode> {
    if args.install {
        Tools::ready()?;
        TestTools::ready(&Workspace::find()?)?;
    }
    let requirements = tools::all();
    let mut missing = Vec::new();
    for requirement in &requirements {
        let label = label(requirement.need);
        let line = |found: &str| t!("{label}: {found}", "{label}\u{a0}: {found}");
        match &requirement.state {
            State::Present(detail) => term::good(&line(&term::dim(detail))),
            State::NotNeeded(why) => term::good(&line(&term::dim(&t!("not needed ({why})", "pas nécessaire ({why})")))),
            State::Missing(detail) => {
                missing.push(requirement.need);
                let found = if detail.is_empty() {
                    t!("missing", "manque")
                } else {
                    t!("found only {detail}", "trouvé seulement {detail}")
                };
                term::bad(&line(&found));
            }
        }
    }
    ports();
    if missing.is_empty() {
        out!("\n{}", t!("Nothing is missing.", "Rien ne manque."));
    } else {
        let advice = tools::advice(&missing);
        out!("\n{}\n{advice}", t!("To install it:", "Pour l'installer\u{a0}:"));
        out!(
            "{}",
            t!(
                "With apt, `cargo stack up`, `demo`, `test` and `doctor --install` do it themselves.",
                "Avec apt, `cargo stack up`, `demo`, `test` et `doctor --install` le font eux-mêmes."
            )
        );
    }
    Ok(exit_code(missing.is_empty()))
}

fn label(need: Need) -> String {
    let label = need.label();
    if need.is_for_tests_alone() {
        t!("{label}, for `cargo stack test`", "{label}, pour `cargo stack test`")
    } else {
        label
    }
}

/// A taken port hinders `up` alone, which has options for it; so it is told, and no more.
fn ports() {
    match Ports::USUAL.in_use() {
        None => term::good(&t!("the ports of `up` are free", "les ports de `up` sont libres")),
        Some((port, name, _)) => term::say(&format!(
            "{} {}",
            term::yellow("!"),
            t!(
                "port {port} ({name}) is in use, by `cargo stack up` or another program",
                "le port {port} ({name}) est pris, par `cargo stack up` ou un autre programme"
            )
        )),
    }
}
