//! The audit's verdict over both databases.

use anyhow::Result;

use crate::demo::Stage;
use crate::t;
use crate::verbs::{self, Verdict};

const WAIT_S: u32 = 30;

/// Tells the chapter.
pub(in crate::demo) fn tell(stage: &mut Stage) -> Result<()> {
    stage.chapter(
        &t!("The audit", "L'audit"),
        &t!(
            "A program that shares no code with the services holds both databases against each other.",
            "Un programme qui ne partage aucun code avec les services confronte les deux bases de données."
        ),
    )?;
    let options = stage.store.options();
    let verdict = verbs::ask_audit(&options.programs, &options.ports, WAIT_S)?;
    for Verdict { name, ok, detail } in &verdict {
        stage.claims.holds(t!("{name}: {detail}", "{name} : {detail}"), *ok, "ok", detail);
    }
    stage.claims.holds(t!("the audit has looked", "l'audit a regardé"), !verdict.is_empty(), t!("lines", "lignes"), 0);
    Ok(())
}
