//! A run: what is asked for is measured, one measure after the other, each with the audit at its end, and the report
//! written.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sqlx::MySqlPool;

use crate::catalogue::Catalogue;
use crate::machine;
use crate::measures::{Bench, chosen};
use crate::report::{Method, Report};
use crate::settings::RunSettings;

/// How long a store may take to come to rest after its measure.
const AUDIT_LIMIT: Duration = Duration::from_mins(1);

/// Measures, and writes the report. An answer that is no success is an error, and there is no report then.
pub async fn run(settings: RunSettings) -> Result<()> {
    let machine = machine::look(&settings).await?;
    let catalogue = Catalogue::make(settings.store).await?;
    catalogue.wait_for_redis(&settings.redis_url, &settings.topic_prefix).await?;
    let method = Method {
        seconds: settings.seconds.as_secs_f64(),
        rounds: settings.rounds,
        connections: settings.connections,
        scale: settings.scale,
        past_orders: settings.scaled(settings.past_orders),
    };
    let bench = Bench { settings, catalogue };
    let mut figures = Vec::new();
    for measure in chosen(&bench.settings.only) {
        figures.extend((measure.run)(&bench).await.with_context(|| measure.name.to_owned())?);
        audit(&bench.settings.database_url, &bench.settings.payments_database_url)
            .await
            .with_context(|| measure.name.to_owned())?;
    }
    let report = serde_json::to_vec_pretty(&Report { machine, method, figures })?;
    let path = &bench.settings.json;
    std::fs::write(path, report).with_context(|| path.display().to_string())
}

/// What was measured must also be right: a figure whose audit fails is none.
pub(crate) async fn audit(store: &str, payments: &str) -> Result<()> {
    let (store, payments) = (MySqlPool::connect_lazy(store)?, MySqlPool::connect_lazy(payments)?);
    let verdict = audit::audit_when_settled(&store, &payments, AUDIT_LIMIT).await.context("the audit")?;
    ensure!(verdict.is_clean(), "the audit found:\n{verdict}");
    Ok(())
}
