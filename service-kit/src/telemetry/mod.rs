//! What a process tells of itself while it works: its log, and the traces that it takes part in.

use std::borrow::Cow;
use std::num::NonZeroU32;

use clap::Args;
use saga_kit::trace::Sampling;

mod export;
mod line;
mod log;

pub use export::Exporter;

/// Settings of the traces. Their variables are OpenTelemetry's own; how a batch is sent (`OTEL_BSP_…`), with which
/// headers (`OTEL_EXPORTER_OTLP_HEADERS`), and what else the process is (`OTEL_RESOURCE_ATTRIBUTES`), its exporter
/// reads by itself.
#[derive(Args, Clone, Debug)]
pub struct TelemetrySettings {
    /// Where traces are sent to, by OTLP over HTTP in protobuf, such as `http://127.0.0.1:4318` [default: nowhere, and there are none]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", value_parser = parse_endpoint, hide_env_values = true)]
    pub otlp_endpoint: Option<Endpoint>,
    /// Which part of the requests that come without a trace begins one, from 0 to 1; others go by their caller's
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", default_value_t = 1.0, value_name = "RATIO", value_parser = parse_ratio)]
    pub trace_ratio: f64,
    /// How many of them a second, and after a rest as many more at once, so that a store at its peak stays as quick
    #[arg(long, env = "SAGA_TRACES_PER_SECOND", default_value = "25", value_name = "COUNT")]
    pub traces_per_second: NonZeroU32,
}

impl TelemetrySettings {
    fn sampling(&self) -> Sampling {
        Sampling { ratio: self.trace_ratio, per_second: self.traces_per_second }
    }
}

/// Where traces are sent to; an empty one is none.
pub type Endpoint = crate::SecretUrl;

/// Starts the log, and the traces if there is somewhere to send them to. Once a process, first of all; what it gives
/// ends with the process, and sends what is left.
pub fn start(service_name: &'static str, settings: &TelemetrySettings) -> anyhow::Result<Option<Exporter>> {
    log::start(service_name)?;
    match settings.otlp_endpoint.as_ref().filter(|endpoint| !endpoint.expose().is_empty()) {
        Some(endpoint) => Exporter::start(service_name, endpoint, settings.sampling()).map(Some),
        None => Ok(None),
    }
}

fn parse_endpoint(text: &str) -> Result<Endpoint, Cow<'static, str>> {
    match text {
        "" => {}
        _ if text.starts_with("http://") => {}
        _ if text.starts_with("https://") => {
            return Err("this program speaks no TLS here: put a collector beside it that does".into());
        }
        _ => return Err("it begins with http://".into()),
    }
    Ok(text.parse().unwrap_or_else(|never| match never {}))
}

fn parse_ratio(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("a number from 0 to 1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_endpoint_or_ratio_says_what_is_wrong() {
        assert!(parse_endpoint("https://x").unwrap_err().contains("TLS"));
        assert!(parse_endpoint("x:4317").is_err());
        assert_eq!(parse_endpoint("http://user:secret@x:4318").unwrap().to_string(), "http://user:***@x:4318");
        assert!(parse_ratio("1.1").is_err() && parse_ratio("NaN").is_err() && parse_ratio("0.25") == Ok(0.25));
    }
}
