//! The audit's verdict over both databases.

use anyhow::Result;

use crate::audit;
use crate::demo::Stage;
use crate::t;

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
    let verdict = audit::ask(&options.parts.programs, &options.ports, WAIT_S)?;
    for line in &verdict {
        stage.claims.holds(line.line(), line.ok, "ok", &line.detail);
    }
    let summary = audit::summary(&verdict);
    stage.claims.holds(
        summary,
        audit::is_clean(&verdict),
        t!("a clean verdict", "un verdict sans faute"),
        verdict.len(),
    );
    Ok(())
}
