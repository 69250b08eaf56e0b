//! promtool, with which the tests check the alerts: on PATH, or out of the package that brings it. The package is not
//! installed, because it would start Prometheus on port 9090.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::cache::Once;
use super::{find, install};
use crate::process::{Output, Spec};
use crate::t;
use crate::term::Step;

const NAME: &str = "promtool";

/// The packages that bring it, from one release of a distribution to the next: the first that there is.
const PACKAGES: [&str; 2] = ["promtool", "prometheus"];

/// Where it is; nothing where the tests are still to fetch it.
pub(super) fn found() -> Option<PathBuf> {
    find::on_path(&[NAME]).or_else(|| place().ok().filter(Once::is_filled).map(|place| program(&place)))
}

/// Whether it can be fetched.
pub(super) fn can_be_fetched() -> bool {
    ["apt-get", "dpkg-deb"].into_iter().all(|tool| find::on_path(&[tool]).is_some())
}

/// The program, fetched when it is not there.
pub(super) fn ready() -> Result<PathBuf> {
    if let Some(found) = found() {
        return Ok(found);
    }
    let place = place()?;
    let mut step =
        Step::start(t!("fetching promtool with apt (once)", "téléchargement par apt de promtool (une seule fois)"));
    place.fill(|folder| {
        let package = install::known(&PACKAGES)?.with_context(|| PACKAGES.join(", "))?;
        let apt = find::on_path(&["apt-get"]).context("apt-get")?;
        step.run(&Spec::new("apt-get", apt).within(folder).args(["download", package]).output(Output::Capture))?;
        let unpack = find::on_path(&["dpkg-deb"]).context("dpkg-deb")?;
        let archive = archive(folder)?;
        let spec = Spec::new("dpkg-deb", unpack).arg("--extract").arg(&archive).arg(folder);
        step.run(&spec.output(Output::Capture))?;
        Ok(fs::remove_file(archive)?)
    })?;
    step.done("");
    Ok(program(&place))
}

fn place() -> Result<Once> {
    Once::of(NAME, &[])
}

fn program(place: &Once) -> PathBuf {
    place.folder.join("usr/bin").join(NAME)
}

/// The file that apt has fetched, whatever its version.
fn archive(folder: &Path) -> Result<PathBuf> {
    let files = fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.path());
    let mut archives = files.filter(|file| file.extension().is_some_and(|ending| ending == "deb"));
    archives.next().context("apt-get download")
}
