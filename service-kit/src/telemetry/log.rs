//! The log of a process: readable lines on a terminal, JSON elsewhere, filtered by `RUST_LOG`.

use std::fmt;
use std::io::IsTerminal;

use anyhow::Context as _;
use chrono::{SecondsFormat, Utc};
use saga_kit::subject;
use serde_json::Value;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::line::Fields;

/// What is logged unless `RUST_LOG` says otherwise. The scheduler's own steps tell nobody anything, nor does the
/// pool when it replaces a connection that the server had closed.
const DEFAULT_FILTER: &str = "info,tokio_cron_scheduler=warn,sqlx_core::pool=error,sqlx::pool=error";

/// Starts the log on standard output.
pub(super) fn start(service: &'static str) -> anyhow::Result<()> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(text) if !text.is_empty() => {
            EnvFilter::try_new(&text).with_context(|| format!("RUST_LOG={text} is no log filter; try RUST_LOG=info"))?
        }
        _ => EnvFilter::new(DEFAULT_FILTER),
    };
    let form = Form { service, for_people: std::io::stdout().is_terminal() };
    let log = tracing_subscriber::fmt().with_env_filter(filter).fmt_fields(JsonFields::new()).event_format(form);
    log.try_init().map_err(|err| anyhow::anyhow!("the log was started already: {err}"))
}

/// How a line is written.
struct Form {
    service: &'static str,
    for_people: bool,
}

impl<S> FormatEvent<S, JsonFields> for Form
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        // What a line says of itself comes before what is known of the work around it.
        for span in context.event_scope().into_iter().flatten() {
            if let Some(text) = span.extensions().get::<FormattedFields<JsonFields>>()
                && let Ok(Value::Object(around)) = serde_json::from_str(text)
            {
                around.into_iter().for_each(|(name, value)| fields.add(name, value));
            }
        }
        fields.about(&subject::current());
        let (now, level) = (Utc::now(), event.metadata().level());
        if !self.for_people {
            fields.add("target", event.metadata().target().into());
            return writeln!(writer, "{}", fields.json((now, level.as_str(), self.service)));
        }
        let time = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (colour, plain) = if writer.has_ansi_escapes() { (colour(*level), "\u{1b}[0m") } else { ("", "") };
        writeln!(writer, "{time} {colour}{level:>5}{plain} {}{}", fields.message, fields.pairs())
    }
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        Level::DEBUG => "\u{1b}[34m",
        Level::TRACE => "\u{1b}[35m",
    }
}
