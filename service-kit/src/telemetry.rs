//! The log of a process: readable lines on a terminal, JSON elsewhere, filtered by `RUST_LOG`.

use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise. The scheduler's own steps tell nobody anything, nor does the
/// pool when it replaces a connection that the server had closed.
const DEFAULT_FILTER: &str = "info,tokio_cron_scheduler=warn,sqlx_core::pool=error,sqlx::pool=error";

/// Starts the log on standard output. Once a process, first of all.
pub fn init() -> anyhow::Result<()> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(text) if !text.is_empty() => {
            EnvFilter::try_new(&text).with_context(|| format!("RUST_LOG={text} is no log filter; try RUST_LOG=info"))?
        }
        _ => EnvFilter::new(DEFAULT_FILTER),
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    let started = if std::io::stdout().is_terminal() {
        log.with_target(false).try_init()
    } else {
        log.json().flatten_event(true).with_current_span(false).try_init()
    };
    started.map_err(|err| anyhow::anyhow!("the log was started already: {err}"))
}
