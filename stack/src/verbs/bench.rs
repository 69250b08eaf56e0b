//! `bench`: how fast the store is beside the bare limit of this machine.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::bench::{self, Report};
use crate::cli::{BenchArgs, WithReports};
use crate::ports::Ports;
use crate::store::{Parts, Store, StoreOptions};
use crate::t;
use crate::temp::TempFolder;
use crate::term;
use crate::workspace::Workspace;

/// Runs the verb. A target that is missed is shown, and is no failure: the machine may be busy.
pub fn run(args: &BenchArgs) -> Result<ExitCode> {
    match &args.with_reports {
        None => measure(args),
        Some(WithReports::Compare { old, new }) => {
            bench::compare(&Report::read(old)?, &Report::read(new)?);
            Ok(ExitCode::SUCCESS)
        }
        Some(WithReports::Page { report, folder }) => {
            bench::write_page(&Report::read(report)?, folder)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// `all` leaves `others` out, which whoever names both would not expect.
fn check(figures: &[String]) -> Result<()> {
    ensure!(
        figures.len() == 1 || !figures.iter().any(|name| name == bench::ALL),
        t!(
            "`all` stands alone; `others`, which it leaves out, has a run of its own",
            "«\u{a0}all\u{a0}» est seul\u{202f}; «\u{a0}others\u{a0}», qu'il laisse de côté, se mesure à part"
        )
    );
    Ok(())
}

fn measure(args: &BenchArgs) -> Result<ExitCode> {
    check(&args.figures)?;
    let workspace = Workspace::find()?;
    // Declared before the store: dropped after it.
    let mut folder = TempFolder::new("bench")?;
    let parts = Parts::ready(&workspace, folder.path().join("bin"))?;
    let store = Store::start(StoreOptions {
        parts,
        folder: folder.path().to_owned(),
        ports: Ports::free()?,
        sample_data: false,
        settings_from_env: false,
        settings: Vec::new(),
        restarts_at_once: false,
    })?;
    if !store.has_gateway() {
        term::say(&term::yellow(&t!(
            "no gateway (cargo stack doctor): it is not measured",
            "pas de passerelle (cargo stack doctor)\u{a0}: elle n'est pas mesurée"
        )));
    }
    let json = folder.path().join("bench.json");
    let measured = bench::measure(&workspace, &store, args, &json).and_then(|report| {
        bench::show(&report);
        let Some(path) = &args.json else { return Ok(()) };
        fs::copy(&json, path).map(drop).with_context(|| path.display().to_string())
    });
    if measured.as_ref().is_err_and(|error| !error.is::<crate::interrupt::Interrupted>()) {
        folder.keep();
        let path = folder.path().display();
        term::say(&t!("Data and logs are kept in {path}", "Données et journaux sont gardés dans {path}"));
    }
    measured?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_stands_alone() {
        let checked = |names: &[&str]| check(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert!(checked(&["all"]).is_ok() && checked(&["relay", "others"]).is_ok());
        assert!(checked(&["all", "others"]).is_err() && checked(&["relay", "all"]).is_err());
    }
}
