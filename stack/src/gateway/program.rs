//! How a gateway is called: KrakenD itself, or the assembly of its modules in `krakend/gateway`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::Spec;

/// A program that runs `krakend.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// KrakenD CE.
    KrakenD(PathBuf),
    /// Ours, built from `krakend/gateway`.
    Assembly(PathBuf),
    /// KrakenD CE in Docker; this is Docker's client.
    Docker(PathBuf),
}

/// The image that Docker runs.
const IMAGE: &str = "krakend:2.13";

impl Program {
    /// Tells them apart by the file's name: KrakenD is called `krakend` wherever it is installed.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        match path.file_stem().and_then(|name| name.to_str()) {
            Some("krakend") => Self::KrakenD(path),
            Some("docker") => Self::Docker(path),
            _ => Self::Assembly(path),
        }
    }

    /// The program's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::KrakenD(path) | Self::Assembly(path) | Self::Docker(path) => path,
        }
    }

    /// Removes the container of a stack that was killed: its parent is the engine, and it outlives our client.
    pub fn clear(&self, config: &Path) {
        if let Self::Docker(program) = self {
            // There is mostly none, which Docker takes for a failure.
            let _ = Command::new(program).args(["rm", "--force", &container(config)]).output();
        }
    }

    /// A process that runs the configuration in this file.
    #[must_use]
    pub fn spec(&self, config: &Path) -> Spec {
        match self {
            // Without the variable KrakenD tells its makers that it runs.
            Self::KrakenD(program) => {
                Spec::new("gateway", program).arg("run").arg("-c").arg(config).env("USAGE_DISABLE", "1")
            }
            Self::Assembly(program) => Spec::new("gateway", program).arg("-c").arg(config),
            // On the machine's own network, where the services listen on loopback.
            Self::Docker(program) => Spec::new("gateway", program)
                .args(["run", "--rm", "--name", &container(config)])
                .args(["--network", "host", "--env", "USAGE_DISABLE=1", "--volume"])
                .arg(format!("{}:/etc/krakend/krakend.json:ro", config.display()))
                .args([IMAGE, "run", "-c", "/etc/krakend/krakend.json"]),
        }
    }
}

/// One name for each folder of a store.
fn container(config: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    config.hash(&mut hasher);
    format!("store-manager-gateway-{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_is_called_in_its_own_way() {
        let line = |path: &str| Program::at(path).spec(Path::new("/tmp/k.json")).command_line();
        assert_eq!(line("/usr/bin/krakend"), "/usr/bin/krakend run -c /tmp/k.json");
        assert_eq!(line("/build/store-gateway"), "/build/store-gateway -c /tmp/k.json");
        let docker = line("/usr/bin/docker");
        assert!(docker.contains(&format!("--name {}", container(Path::new("/tmp/k.json")))), "{docker}");
        let spec = Program::at("/usr/bin/krakend").spec(Path::new("k.json"));
        assert_eq!(spec.envs, [("USAGE_DISABLE".into(), "1".into())]);
    }
}
