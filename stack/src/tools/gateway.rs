//! The gateway's program: KrakenD where it is installed, else `krakend/gateway/`, which runs the very same
//! configuration and is built once with Go, else Docker's image, else none.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use super::cache::Once;
use super::requirement::Need;
use super::{find, go, install};
use crate::gateway::Program;
use crate::interrupt;
use crate::process::{Guarded, Output, Spec};
use crate::t;
use crate::term::{self, Step};
use crate::workspace::Workspace;

/// The gateway of a store: what runs, and the configuration it is made from.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// What runs.
    pub program: Program,
    /// `krakend/krakend.json`.
    pub template: PathBuf,
}

/// A gateway on its way.
#[derive(Debug)]
pub struct Preparation {
    template: PathBuf,
    way: Way,
}

#[derive(Debug)]
enum Way {
    There(Program),
    /// Go is at work, beside whatever else is done meanwhile.
    Building(Once, JoinHandle<Result<()>>),
    None,
}

/// What could be the gateway on this machine, for `doctor`; an old Go is an error that says so.
pub(super) fn found() -> Result<String, String> {
    if let Some(krakend) = krakend() {
        return Ok(krakend.display().to_string());
    }
    match (go::find(), find::on_path(&["docker"])) {
        (Some(go), _) if go.version >= go::OLDEST => {
            Ok(format!("Go {}.{}, {}", go.version.0, go.version.1, go.program.display()))
        }
        (_, Some(docker)) => Ok(docker.display().to_string()),
        (Some(go), None) => Err(format!("Go {}.{}, {}", go.version.0, go.version.1, go.program.display())),
        (None, None) => Err(String::new()),
    }
}

/// `KRAKEND=`, or on PATH.
fn krakend() -> Option<PathBuf> {
    let named = std::env::var_os("KRAKEND").filter(|path| !path.is_empty()).map(PathBuf::from);
    named.or_else(|| find::on_path(&["krakend"]))
}

impl Preparation {
    /// The same as [`Preparation::begin`]; where nothing could be a gateway, installs what builds one.
    pub fn begin_for_store(workspace: &Workspace) -> Result<Self> {
        let preparation = Self::begin(workspace)?;
        if !matches!(preparation.way, Way::None) || go::find().is_some() {
            return Ok(preparation);
        }
        install::offer(Need::Gateway);
        Self::begin(workspace)
    }

    /// Looks for a gateway; where it must be built, begins to.
    pub fn begin(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.root.join("krakend");
        Ok(Self { template: folder.join("krakend.json"), way: way(&folder.join("gateway"))? })
    }

    /// Waits until it is there; the error says why there is none.
    pub fn finish(self) -> Result<Gateway> {
        let program = match self.way {
            Way::There(program) => program,
            Way::Building(place, build) => {
                let step =
                    Step::start(t!("building the gateway (once)", "compilation de la passerelle (une seule fois)"));
                build.join().map_err(|_| anyhow!("go build"))??;
                step.done("");
                Program::Assembly(assembly(&place))
            }
            Way::None => bail!(
                "{}",
                t!(
                    "no gateway: it takes KrakenD 2.13 (on PATH, or KRAKEND=/path/to/krakend), Go 1.21 or newer, or Docker",
                    "pas de passerelle\u{a0}: il faut KrakenD 2.13 (dans le PATH, ou KRAKEND=/chemin/de/krakend), Go 1.21 ou plus récent, ou Docker"
                )
            ),
        };
        Ok(Gateway { program, template: self.template })
    }

    /// The same for a store that can do without, which then says so.
    pub fn finish_or_do_without(self) -> Result<Option<Gateway>> {
        match self.finish() {
            Ok(gateway) => Ok(Some(gateway)),
            Err(error) if error.is::<interrupt::Interrupted>() => Err(error),
            Err(error) => {
                let error = format!("{error:#}");
                term::say(&format!(
                    "{} {}",
                    term::yellow("!"),
                    t!(
                        "{error}\n    The services are reached without it.",
                        "{error}\n    Les services sont joints sans elle."
                    )
                ));
                Ok(None)
            }
        }
    }
}

impl Gateway {
    /// The tests of the module, where there is a Go to run them.
    pub fn test(&self) -> Result<()> {
        let (Some(go), Some(folder)) = (usable_go(), self.template.parent()) else {
            return Ok(());
        };
        let mut step = Step::start(t!("tests of krakend/gateway", "tests de krakend/gateway"));
        for verb in ["vet", "test"] {
            let spec = Spec::new("go", &go.program).within(&folder.join("gateway")).args([verb, "./..."]);
            step.run(&spec.output(Output::Capture))?;
        }
        step.done("");
        Ok(())
    }
}

fn usable_go() -> Option<go::Go> {
    go::find().filter(|go| go.version >= go::OLDEST)
}

fn way(source: &Path) -> Result<Way> {
    if let Some(krakend) = krakend() {
        return Ok(Way::There(Program::KrakenD(krakend)));
    }
    let place = Once::of("gateway", &sources(source)?)?;
    if place.is_filled() {
        return Ok(Way::There(Program::Assembly(assembly(&place))));
    }
    if let Some(go) = usable_go() {
        let (source, there) = (source.to_owned(), place.clone());
        let build = std::thread::spawn(move || there.fill(|folder| build(&go.program, &source, folder)));
        return Ok(Way::Building(place, build));
    }
    Ok(find::on_path(&["docker"]).map_or(Way::None, |docker| Way::There(Program::Docker(docker))))
}

/// The module's files, in order of name.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_stem().is_some_and(|name| !name.to_string_lossy().ends_with("_test"))
            && path.extension().is_some_and(|ending| ["go", "mod", "sum"].iter().any(|wanted| ending == *wanted))
        {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}

fn assembly(place: &Once) -> PathBuf {
    place.folder.join("store-gateway")
}

/// Without C, so that no compiler but Go's is needed. Its messages go to a file, for it runs beside other steps.
fn build(go: &Path, source: &Path, folder: &Path) -> Result<()> {
    let log = folder.join("build.log");
    let spec = Spec::new("go", go)
        .within(source)
        .args(["build", "-trimpath", "-o"])
        .arg(folder.join("store-gateway"))
        .arg(".")
        .env("CGO_ENABLED", "0")
        .output(Output::Log(log.clone()));
    let mut process = Guarded::spawn(&spec)?;
    loop {
        match process.ended()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                let said = fs::read_to_string(&log).unwrap_or_default();
                bail!("{} ({status})\n{}", spec.command_line(), said.trim());
            }
            None => interrupt::pause(Duration::from_millis(50))?,
        }
    }
}
