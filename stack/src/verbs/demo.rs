//! `demo`: the story, in a store of its own, with an exit code that says whether all of it is so.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use super::exit_code;
use crate::cli::DemoArgs;
use crate::demo::{self, Broken, Stage};
use crate::interrupt::Interrupted;
use crate::ports::Ports;
use crate::store::{Parts, Store, StoreOptions};
use crate::temp::TempFolder;
use crate::term;
use crate::workspace::Workspace;
use crate::{out, t};

/// Runs the verb.
pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    let began = Instant::now();
    out!(
        "{}",
        term::bold(&t!(
            "A store whose orders are sagas, on this machine",
            "Un magasin dont les commandes sont des sagas, sur cette machine"
        ))
    );
    let workspace = Workspace::find()?;
    // Declared before the store: dropped after it.
    let mut folder = TempFolder::new("demo")?;
    let parts = Parts::ready(&workspace, folder.path().join("bin"))?;
    let told = open(parts, &folder).and_then(|store| {
        let mut stage = Stage::set(store, args.pause)?;
        let time = term::seconds(began.elapsed());
        term::say(&term::dim(&t!("ready in {time}", "prêt en {time}")));
        demo::tell(&mut stage).map(|()| stage)
    });
    let good = told.as_ref().is_ok_and(|stage| stage.claims.broken().is_empty());
    let interrupted = told.as_ref().is_err_and(anyhow::Error::is::<Interrupted>);
    if let Ok(stage) = &told {
        sum_up(stage, began);
    }
    if args.keep || !(good || interrupted) {
        folder.keep();
        let path = folder.path().display();
        term::say(&t!("Data and logs are kept in {path}", "Données et journaux sont gardés dans {path}"));
    }
    told?;
    Ok(exit_code(good))
}

fn open(parts: Parts, folder: &TempFolder) -> Result<Store> {
    Store::start(StoreOptions {
        parts,
        folder: folder.path().to_owned(),
        ports: Ports::free()?,
        sample_data: false,
        settings_from_env: false,
        settings: Vec::new(),
        restarts_at_once: false,
    })
}

fn sum_up(stage: &Stage, began: Instant) {
    let (held, broken) = (stage.claims.held(), stage.claims.broken());
    let all = held + broken.len();
    let time = term::seconds(began.elapsed());
    if broken.is_empty() {
        term::heading(&term::green(&t!(
            "All {all} claims hold ({time}).",
            "Les {all} affirmations sont toutes vérifiées ({time})."
        )));
    } else {
        term::heading(&term::red(&t!(
            "{held} of {all} claims hold ({time}). These do not:",
            "{held} affirmations sur {all} sont vérifiées ({time}). Celles-ci ne le sont pas\u{a0}:"
        )));
        for Broken { claim, expected, found } in broken {
            term::bad(&t!(
                "{claim}: expected {expected}, found {found}",
                "{claim}\u{a0}: attendu {expected}, trouvé {found}"
            ));
        }
    }
    for (service, time) in &stage.recoveries {
        let time = term::precise_seconds(*time);
        term::say(&t!(
            "{service} killed: orders moved on after {time}",
            "{service} tué\u{a0}: les commandes ont repris après {time}"
        ));
    }
}
