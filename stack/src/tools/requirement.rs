//! What a machine must have, why, and under which package name; whether it has it is looked up in `look.rs`.

use super::look;
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
    /// Something to be the gateway; a store can do without, its tests cannot.
    Gateway,
    /// Runs what the tests have from npm.
    Node,
    /// Fetches it.
    Npm,
    /// Runs what the tests have from PyPI.
    Python,
    /// Checks alerts and runs their tests.
    Promtool,
    /// A browser, for the tests of pages.
    Browser,
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
    const OF_STORES: [Self; 9] = [
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

    const OF_TESTS: [Self; 6] = [Self::Gateway, Self::Node, Self::Npm, Self::Python, Self::Promtool, Self::Browser];

    /// Whether only `cargo stack test` needs it.
    #[must_use]
    pub fn is_for_tests_alone(self) -> bool {
        Self::OF_TESTS.contains(&self)
    }

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
            Self::Gateway => t!(
                "gateway (KrakenD, or Go 1.21 or newer, or Docker)",
                "passerelle (KrakenD, ou Go 1.21 ou plus récent, ou Docker)"
            ),
            Self::Node => t!("Node.js, 18 or newer", "Node.js, 18 ou plus récent"),
            Self::Npm => t!("npm", "npm"),
            Self::Python => t!("Python, 3.10 or newer, with venv", "Python, 3.10 ou plus récent, avec venv"),
            Self::Promtool => t!("promtool, of Prometheus", "promtool, de Prometheus"),
            Self::Browser => t!("Chromium or Chrome", "Chromium ou Chrome"),
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
            Self::Gateway => ["golang-go", "golang", "go", "go"],
            Self::Node => ["nodejs", "nodejs", "nodejs", "node"],
            Self::Npm => ["npm", "nodejs-npm", "npm", "node"],
            Self::Python => ["python3-venv", "python3", "python", "python"],
            // Debian's would start a service on port 9090: from there the tests take the program alone.
            Self::Promtool => ["prometheus", "golang-github-prometheus", "prometheus", "prometheus"],
            Self::Browser => ["chromium", "chromium", "chromium", "--cask chromium"],
        };
        match manager {
            Manager::Apt => apt,
            Manager::Dnf => dnf,
            Manager::Pacman => pacman,
            Manager::Brew => brew,
        }
    }
}

/// Every need, looked up now.
#[must_use]
pub fn all() -> Vec<Requirement> {
    let mut all = for_stores();
    all.extend(for_tests());
    all
}

/// What a store and its build need.
pub(super) fn for_stores() -> Vec<Requirement> {
    Need::OF_STORES.map(look_up).into()
}

/// What the tests need besides.
pub(super) fn for_tests() -> Vec<Requirement> {
    Need::OF_TESTS.map(look_up).into()
}

fn look_up(need: Need) -> Requirement {
    Requirement { need, state: look::at(need) }
}
