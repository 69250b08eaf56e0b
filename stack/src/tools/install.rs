//! Sets up what is missing: runs apt where that is possible, else says what to run.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::find;
use super::requirement::{Manager, Need, Requirement, State};
use crate::process::{Output, Spec};
use crate::t;
use crate::term::{self, Step};

/// Nothing to do when nothing is missing. With apt and the right to use it (root or sudo),
/// installs; otherwise the error says what to install.
pub(super) fn missing(look: impl Fn() -> Vec<Requirement>) -> Result<()> {
    let needs = lacking(&look());
    if needs.is_empty() {
        return Ok(());
    }
    let labels = needs.iter().map(|need| need.label()).collect::<Vec<_>>().join("; ");
    let Some(apt) = Apt::usable() else {
        bail!(
            "{}\n{}",
            t!("missing: {labels}. Install:", "il manque\u{a0}: {labels}. À installer\u{a0}:"),
            advice(&needs)
        );
    };
    term::say(&t!("Missing: {labels}.", "Il manque\u{a0}: {labels}."));
    apt.install(&packages(&needs, Manager::Apt))?;
    let still = lacking(&look());
    if !still.is_empty() {
        let labels = still.iter().map(|need| need.label()).collect::<Vec<_>>().join("; ");
        bail!(
            "{}",
            t!(
                "still missing after the installation: {labels}",
                "il manque encore, après l'installation\u{a0}: {labels}"
            )
        );
    }
    Ok(())
}

/// Installs what a store can do without, where apt can; where not, the store says later what it lacks.
pub(super) fn offer(need: Need) {
    if let Some(apt) = Apt::usable() {
        let label = need.label();
        term::say(&t!("Missing: {label}.", "Il manque\u{a0}: {label}."));
        if let Err(error) = apt.install(&packages(&[need], Manager::Apt)) {
            term::say(&format!("{} {error:#}", term::yellow("!")));
        }
    }
}

/// The first of these packages that apt's lists name; where they are empty, as on a new machine, they are fetched.
pub(super) fn known<'p>(packages: &[&'p str]) -> Result<Option<&'p str>> {
    let Some(apt) = Apt::usable() else { return Ok(None) };
    let first = || packages.iter().copied().find(|package| apt.knows(&[*package]));
    if let Some(package) = first() {
        return Ok(Some(package));
    }
    apt.run(&["update"])?;
    Ok(first())
}

fn lacking(requirements: &[Requirement]) -> Vec<Need> {
    requirements.iter().filter(|item| matches!(item.state, State::Missing(_))).map(|item| item.need).collect()
}

fn packages(needs: &[Need], manager: Manager) -> Vec<&'static str> {
    let mut names: Vec<_> = needs.iter().flat_map(|need| need.package(manager).split(' ')).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// One line for each package manager, of the packages that bring these needs.
#[must_use]
pub fn advice(needs: &[Need]) -> String {
    let line = |command: &str, manager| format!("    {command} {}", packages(needs, manager).join(" "));
    [
        line("sudo apt-get install --no-install-recommends", Manager::Apt),
        line("sudo dnf install", Manager::Dnf),
        line("sudo pacman -S", Manager::Pacman),
        line("brew install", Manager::Brew),
    ]
    .join("\n")
}

/// apt-get, and how to become root for it.
struct Apt {
    program: PathBuf,
    sudo: Option<PathBuf>,
}

impl Apt {
    fn usable() -> Option<Self> {
        let program = find::on_path(&["apt-get"])?;
        if rustix::process::geteuid().is_root() {
            return Some(Self { program, sudo: None });
        }
        let sudo = find::on_path(&["sudo"])?;
        // sudo may ask for a password where there is someone to give it.
        let silent = Command::new(&sudo).args(["-n", "true"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
        let may = silent.is_ok_and(|status| status.success()) || std::io::stdin().is_terminal();
        may.then_some(Self { program, sudo: Some(sudo) })
    }

    fn install(&self, packages: &[&str]) -> Result<()> {
        if let Some(sudo) = &self.sudo {
            // Asked here, in the foreground: the commands below have no terminal to ask on.
            Command::new(sudo).arg("-v").status()?;
        }
        if !self.knows(packages) {
            self.run(&["update"])?;
        }
        let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
        if self.run(&install).is_err() {
            // Lists too old name packages that are gone from the servers.
            self.run(&["update"])?;
            self.run(&install)?;
        }
        Ok(())
    }

    /// Whether apt's lists name each package: on a new machine they are empty.
    fn knows(&self, packages: &[&str]) -> bool {
        let cache = self.program.with_file_name("apt-cache");
        let shown = Command::new(cache)
            .arg("show")
            .args(packages)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        shown.is_ok_and(|status| status.success())
    }

    fn run(&self, args: &[&str]) -> Result<()> {
        let spec = match &self.sudo {
            Some(sudo) => Spec::new("apt-get", sudo).args(["-n", "DEBIAN_FRONTEND=noninteractive"]).arg(&self.program),
            None => Spec::new("apt-get", &self.program).env("DEBIAN_FRONTEND", "noninteractive"),
        };
        // Another apt may be at work on a new machine: wait for it.
        let spec = spec.args(["-o", "DPkg::Lock::Timeout=120"]).args(args).output(Output::Capture);
        let sudo = if self.sudo.is_some() { "sudo " } else { "" };
        let mut step = Step::start(format!("{sudo}apt-get {}", args.join(" ")));
        step.run(&spec)?;
        step.done("");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_brings_two_needs_is_named_once() {
        let advice = advice(&[Need::CCompiler, Need::CxxCompiler, Need::Database]);
        assert!(
            advice.contains(
                "sudo apt-get install --no-install-recommends g++ gcc mariadb-client-core mariadb-server-core"
            ),
            "{advice}"
        );
        assert!(advice.contains("sudo pacman -S gcc mariadb\n"), "{advice}");
    }
}
