//! Whether the machine has what is needed, and which one.

use std::path::Path;
use std::process::{Command, Stdio};

use super::requirement::{Need, State};
use super::{find, for_tests, gateway, java, kafka_jars, promtool, redis};
use crate::servers::{Flavour, missing_helper};
use crate::t;

/// Looks whether a need is met.
pub(super) fn at(need: Need) -> State {
    match need {
        Need::Database => database(),
        Need::Redis => redis::find().map_or_else(missing, |file| State::Present(file.display().to_string())),
        Need::Java => java(),
        Need::Maven => maven(),
        Need::CCompiler => program(&["cc", "gcc", "clang"]),
        Need::CxxCompiler => program(&["c++", "g++", "clang++"]),
        Need::Make => program(&["make", "gmake"]),
        Need::Zlib => zlib(),
        Need::PkgConfig => program(&["pkg-config", "pkgconf"]),
        Need::Gateway => gateway::found().map_or_else(State::Missing, State::Present),
        Need::Node => node(),
        Need::Npm => program(&["npm"]),
        Need::Python => python(),
        Need::Promtool => promtool(),
        Need::Browser => for_tests::browser().map_or_else(missing, |file| State::Present(file.display().to_string())),
    }
}

fn missing() -> State {
    State::Missing(String::new())
}

fn program(names: &[&str]) -> State {
    find::on_path(names).map_or_else(missing, |file| State::Present(file.display().to_string()))
}

fn database() -> State {
    let Some(file) = find::database() else {
        return missing();
    };
    match Flavour::of(&file) {
        Ok(Flavour::MariaDb) if let Some(helper) = missing_helper(&file) => {
            let file = file.display();
            State::Missing(t!("{file}, without its {helper}", "{file}, sans son {helper}"))
        }
        Ok(flavour) => State::Present(format!("{}, {}", flavour.as_str(), file.display())),
        Err(error) => State::Missing(error.to_string()),
    }
}

fn java() -> State {
    match java::find() {
        Some(java) if java.major >= java::OLDEST => {
            State::Present(format!("Java {}, {}", java.major, java.program.display()))
        }
        Some(java) => State::Missing(format!("Java {}, {}", java.major, java.program.display())),
        None => missing(),
    }
}

fn maven() -> State {
    match kafka_jars::folder() {
        Ok(lib) if kafka_jars::complete(&lib) => {
            let lib = lib.display();
            State::NotNeeded(t!("Kafka is there: {lib}", "Kafka est là\u{a0}: {lib}"))
        }
        _ => program(&["mvn"]),
    }
}

fn zlib() -> State {
    let header = ["/usr/include/zlib.h", "/usr/local/include/zlib.h", "/opt/homebrew/include/zlib.h"];
    if let Some(file) = header.into_iter().find(|file| Path::new(file).exists()) {
        return State::Present(file.to_owned());
    }
    if cfg!(target_os = "macos") {
        return State::Present(t!("comes with the compiler", "fourni avec le compilateur"));
    }
    let known = |program| {
        Command::new(program)
            .args(["--exists", "zlib"])
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    match find::on_path(&["pkg-config", "pkgconf"]) {
        Some(pkg_config) if known(&pkg_config) => State::Present(pkg_config.display().to_string()),
        _ => missing(),
    }
}

/// newman and the browser's driver refuse an older one.
fn node() -> State {
    says(&["node", "nodejs"], &["-e", "process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)"])
}

/// Debian has the module `venv` in a package of its own.
fn python() -> State {
    const LOOK: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    says(&["python3"], &["-c", LOOK])
}

/// Where apt is, the tests fetch it themselves.
fn promtool() -> State {
    match promtool::found() {
        Some(file) => State::Present(file.display().to_string()),
        None if promtool::can_be_fetched() => {
            State::NotNeeded(t!("the tests fetch it with apt", "les tests le téléchargent par apt"))
        }
        None => missing(),
    }
}

/// A program that is good when it ends well.
fn says(names: &[&str], args: &[&str]) -> State {
    let Some(file) = find::on_path(names) else {
        return missing();
    };
    let mut command = Command::new(&file);
    let status = command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = file.display().to_string();
    if status.is_ok_and(|status| status.success()) { State::Present(found) } else { State::Missing(found) }
}
