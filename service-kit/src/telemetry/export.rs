//! Sends spans to a collector, by OTLP over HTTP in protobuf: in batches, on a thread of its own.
//!
//! Nothing here waits for the collector: while it is away, or too slow, spans are dropped, and the log says so.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::future::BoxFuture;
use opentelemetry::trace::{Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor as _};
use saga_kit::trace::{self, Sampling, Span, TraceContext, Value};

use super::Endpoint;

/// How long a batch may take.
const EXPORT_LIMIT: Duration = Duration::from_secs(5);

/// How long the end of the process waits for what is left to be sent. With a clean stop it stays below five seconds.
const FLUSH_LIMIT: Duration = Duration::from_millis(400);

/// How often the log says that a collector cannot be reached.
const WARN_EVERY: Duration = Duration::from_mins(1);

/// Sends the spans of this process while it lives; dropped, it sends what is left.
#[derive(Debug)]
pub struct Exporter {
    processor: Arc<BatchSpanProcessor>,
}

impl Exporter {
    /// Turns traces on.
    pub(super) fn start(service_name: &'static str, endpoint: &Endpoint, sampling: Sampling) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(EXPORT_LIMIT)
            .with_endpoint(format!("{}/v1/traces", endpoint.expose().trim_end_matches('/')))
            .build()
            .with_context(|| {
                format!("cannot send traces to --otlp-endpoint {endpoint} (OTEL_EXPORTER_OTLP_ENDPOINT)")
            })?;
        let mut processor = BatchSpanProcessor::builder(exporter).build();
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        processor.set_resource(&Resource::builder().with_attribute(version).with_service_name(service_name).build());
        let processor = Arc::new(processor);
        let (ended, scope) = (Arc::clone(&processor), InstrumentationScope::builder("store").build());
        trace::install(sampling, move |span| ended.on_end(data(span, scope.clone())));
        tracing::info!(%endpoint, sampling.ratio, sampling.per_second, "sending traces");
        Ok(Self { processor })
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if let Err(error) = self.processor.shutdown_with_timeout(FLUSH_LIMIT) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// A span in the exporter's words.
fn data(span: Span, scope: InstrumentationScope) -> SpanData {
    let mut links = SpanLinks::default();
    links.links.extend(span.link.map(|link| Link::with_context(context(link, true))));
    SpanData {
        span_context: context(span.context, false),
        parent_span_id: span.parent.map_or(SpanId::INVALID, |parent| SpanId::from(parent.span_id)),
        parent_span_is_remote: span.parent.is_some(),
        span_kind: match span.kind {
            trace::SpanKind::Server => SpanKind::Server,
            trace::SpanKind::Producer => SpanKind::Producer,
            trace::SpanKind::Consumer => SpanKind::Consumer,
            trace::SpanKind::Internal => SpanKind::Internal,
        },
        name: span.name,
        start_time: span.began,
        end_time: span.ended,
        attributes: span.attributes.into_iter().map(|(name, value)| attribute(name, value)).collect(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links,
        status: span.error.map_or(Status::Unset, Status::error),
        instrumentation_scope: scope,
    }
}

fn context(context: TraceContext, is_remote: bool) -> SpanContext {
    let (trace_id, span_id) = (TraceId::from(context.trace_id), SpanId::from(context.span_id));
    SpanContext::new(trace_id, span_id, TraceFlags::SAMPLED, is_remote, TraceState::NONE)
}

fn attribute(name: &'static str, value: Value) -> KeyValue {
    match value {
        Value::Text(text) => KeyValue::new(name, text),
        Value::Number(number) => KeyValue::new(name, number),
    }
}

/// Blocks, on the exporter's thread, which has no runtime.
#[derive(Debug)]
struct Client {
    agent: ureq::Agent,
    warned: Mutex<Option<Instant>>,
}

impl Client {
    fn new() -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(EXPORT_LIMIT)).http_status_as_error(false);
        Self { agent: config.build().new_agent(), warned: Mutex::default() }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let (head, mut body) = self.agent.run(Request::from_parts(head, body.as_ref()))?.into_parts();
        Ok(Response::from_parts(head, body.read_to_vec()?.into()))
    }

    fn warn(&self, failed: &dyn std::fmt::Display) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_none_or(|at| at.elapsed() > WARN_EVERY) {
            *warned = Some(Instant::now());
            tracing::warn!(error = %failed, "traces do not reach their collector; some are lost");
        }
    }
}

impl HttpClient for Client {
    fn send_bytes<'s, 'f>(&'s self, request: Request<Bytes>) -> BoxFuture<'f, Result<Response<Bytes>, HttpError>>
    where
        's: 'f,
        Self: 'f,
    {
        let answer = self.send(request);
        match &answer {
            Ok(answer) if answer.status().is_success() => {}
            Ok(answer) => self.warn(&answer.status()),
            Err(error) => self.warn(error),
        }
        Box::pin(std::future::ready(answer))
    }
}
