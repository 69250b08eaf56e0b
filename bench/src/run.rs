//! A run: what is asked for is measured, one measure after the other, and the report written.

use anyhow::{Context, Result};

use crate::catalogue::Catalogue;
use crate::machine;
use crate::measures::{ALL, Bench};
use crate::report::{Method, Report};
use crate::settings::RunSettings;

/// Measures, and writes the report. An answer that is no success is an error, and there is no report then.
pub async fn run(settings: RunSettings) -> Result<()> {
    let machine = machine::look(&settings).await?;
    let catalogue = Catalogue::make(settings.store).await?;
    catalogue.wait_for_redis(&settings).await?;
    let method =
        Method { seconds: settings.seconds.as_secs_f64(), rounds: settings.rounds, connections: settings.connections };
    let bench = Bench { settings, catalogue };
    let mut figures = Vec::new();
    let only = &bench.settings.only;
    for measure in ALL.iter().filter(|measure| only.is_empty() || only.iter().any(|name| name == measure.name)) {
        figures.extend((measure.run)(&bench).await.with_context(|| measure.name.to_owned())?);
    }
    let report = serde_json::to_vec_pretty(&Report { machine, method, figures })?;
    let path = &bench.settings.json;
    std::fs::write(path, report).with_context(|| path.display().to_string())
}
