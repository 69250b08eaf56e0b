//! What a machine must have, why, under which package name, and whether it has it.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{find, java, kafka_jars, redis};
use crate::servers::{Flavour, missing_helper};
use crate::t;

/// A thing the store or its build needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// MariaDB or MySQL.
    Database,
    /// Redis or Valkey.
    Redis,
    /// A Java runtime, 17 or newer.
    Java,
    /// Maven, to fetch Kafka once.
    Maven,
    /// Compiles librdkafka.
    CCompiler,
    /// Asked for by librdkafka's configuration.
    CxxCompiler,
    /// Builds librdkafka.
    Make,
    /// Headers of zlib: librdkafka links it.
    Zlib,
    /// Finds zlib.
    PkgConfig,
}

/// Package managers whose names of packages we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// Debian, Ubuntu.
    Apt,
    /// Fedora and its kin.
    Dnf,
    /// Arch.
    Pacman,
    /// Homebrew.
    Brew,
}

/// How it stands with one need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// There; which one.
    Present(String),
    /// Not there, and not needed as things are.
    NotNeeded(String),
    /// Not there, or too old; what was found.
    Missing(String),
}

/// A need and how it stands.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// What is needed.
    pub need: Need,
    /// Whether it is there.
    pub state: State,
}

impl Need {
    const ALL: [Self; 9] = [
        Self::Database,
        Self::Redis,
        Self::Java,
        Self::Maven,
        Self::CCompiler,
        Self::CxxCompiler,
        Self::Make,
        Self::Zlib,
        Self::PkgConfig,
    ];

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Database => t!("MariaDB or MySQL server", "serveur MariaDB ou MySQL"),
            Self::Redis => t!("Redis or Valkey server", "serveur Redis ou Valkey"),
            Self::Java => t!("Java runtime, 17 or newer", "Java, 17 ou plus récent"),
            Self::Maven => t!("Maven, to fetch Kafka once", "Maven, pour télécharger Kafka une fois"),
            Self::CCompiler => t!("C compiler", "compilateur C"),
            Self::CxxCompiler => t!("C++ compiler", "compilateur C++"),
            Self::Make => t!("make", "make"),
            Self::Zlib => t!("headers of zlib", "en-têtes de zlib"),
            Self::PkgConfig => t!("pkg-config", "pkg-config"),
        }
    }

    /// The package that brings it, or packages with a space between.
    #[must_use]
    pub fn package(self, manager: Manager) -> &'static str {
        let [apt, dnf, pacman, brew] = match self {
            // The core packages have the server without a system service that would take port 3306.
            Self::Database => ["mariadb-server-core mariadb-client-core", "mariadb-server", "mariadb", "mariadb"],
            // The tools have the server, without a system service that would take port 6379.
            Self::Redis => ["redis-tools", "valkey", "valkey", "redis"],
            Self::Java => ["default-jre-headless", "java-21-openjdk-headless", "jre-openjdk-headless", "openjdk"],
            Self::Maven => ["maven", "maven", "maven", "maven"],
            Self::CCompiler => ["gcc", "gcc", "gcc", "gcc"],
            Self::CxxCompiler => ["g++", "gcc-c++", "gcc", "gcc"],
            Self::Make => ["make", "make", "make", "make"],
            Self::Zlib => ["zlib1g-dev", "zlib-devel", "zlib", "zlib"],
            Self::PkgConfig => ["pkg-config", "pkgconf-pkg-config", "pkgconf", "pkgconf"],
        };
        match manager {
            Manager::Apt => apt,
            Manager::Dnf => dnf,
            Manager::Pacman => pacman,
            Manager::Brew => brew,
        }
    }

    fn state(self) -> State {
        match self {
            Self::Database => database(),
            Self::Redis => redis::find().map_or_else(missing, |file| State::Present(file.display().to_string())),
            Self::Java => java(),
            Self::Maven => maven(),
            Self::CCompiler => program(&["cc", "gcc", "clang"]),
            Self::CxxCompiler => program(&["c++", "g++", "clang++"]),
            Self::Make => program(&["make", "gmake"]),
            Self::Zlib => zlib(),
            Self::PkgConfig => program(&["pkg-config", "pkgconf"]),
        }
    }
}

/// Every need, looked up now.
#[must_use]
pub fn all() -> Vec<Requirement> {
    Need::ALL.map(|need| Requirement { need, state: need.state() }).into()
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
            State::NotNeeded(t!("Kafka is there: {lib}", "Kafka est là : {lib}"))
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
