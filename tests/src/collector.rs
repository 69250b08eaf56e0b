//! A collector of traces: takes what the services' exporters send, by OTLP over HTTP in protobuf, and keeps it in a
//! file, a span a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::{Value, json};
use stack::temp::TempFolder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";

/// Listens until the test's runtime ends.
#[derive(Debug)]
pub struct Collector {
    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` says.
    pub url: String,
    file: PathBuf,
    _folder: TempFolder,
}

/// A span as the file has it.
#[derive(Clone, Debug)]
pub struct SeenSpan {
    /// The service that told it.
    pub service: String,
    /// Its trace, in hexadecimal.
    pub trace_id: String,
    /// Its id.
    pub id: String,
    /// The id of the span that it belongs to; empty where a trace begins.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// OpenTelemetry's number of its kind.
    pub kind: i64,
    /// When it began and ended, in nanoseconds of the epoch.
    pub time: (u64, u64),
    /// Its attributes, numbers as text too.
    pub attributes: BTreeMap<String, String>,
    /// The ids of the spans that it links to.
    pub links: Vec<String>,
    /// Whether it tells of an error.
    pub failed: bool,
}

impl Collector {
    /// Listens on a port of its own.
    pub async fn start() -> Self {
        let folder = TempFolder::new("traces").expect("a folder for traces");
        let file = folder.path().join("traces.jsonl");
        std::fs::write(&file, "").expect("a file for traces");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let written = file.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, written.clone()));
            }
        });
        Self { url, file, _folder: folder }
    }

    /// All spans so far, read from the file.
    pub fn spans(&self) -> Vec<SeenSpan> {
        // The last line may be half written.
        self.text().lines().filter_map(|line| serde_json::from_str(line).ok()).map(|line| seen(&line)).collect()
    }

    /// The file as it is.
    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.file).expect("the file of traces")
    }

    /// The spans of one trace.
    pub fn trace(&self, trace_id: &str) -> Vec<SeenSpan> {
        let mut spans = self.spans();
        spans.retain(|span| span.trace_id == trace_id);
        spans
    }
}

/// Takes request after request, as an exporter that keeps its connection sends them.
async fn take(mut stream: TcpStream, file: PathBuf) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        assert!(
            text.starts_with("post /v1/traces ") && text.contains("content-type: application/x-protobuf"),
            "{text}"
        );
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
        let end = head + length.unwrap_or_else(|| panic!("a length in {text}"));
        while bytes.len() < end {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        keep(&bytes[head..end], &file);
        bytes.drain(..end);
        stream.write_all(TAKEN).await?;
    }
}

fn keep(body: &[u8], file: &Path) {
    let request = ExportTraceServiceRequest::decode(body).expect("spans in protobuf");
    let mut lines = String::new();
    for resource in request.resource_spans {
        let of = resource.resource.map(|resource| attributes(&resource.attributes)).unwrap_or_default();
        for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
            lines += &line(&of["service.name"], span).to_string();
            lines.push('\n');
        }
    }
    let mut file = std::fs::OpenOptions::new().append(true).open(file).expect("the file of traces");
    file.write_all(lines.as_bytes()).expect("a line of traces");
}

fn line(service: &str, span: &Span) -> Value {
    json!({
        "service": service, "trace_id": hex(&span.trace_id), "id": hex(&span.span_id),
        "parent": hex(&span.parent_span_id), "name": span.name, "kind": span.kind,
        "time": [span.start_time_unix_nano, span.end_time_unix_nano], "attributes": attributes(&span.attributes),
        "links": span.links.iter().map(|link| hex(&link.span_id)).collect::<Vec<_>>(),
        "failed": span.status.as_ref().is_some_and(|status| status.code == 2),
    })
}

fn seen(line: &Value) -> SeenSpan {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let time = |at: usize| line["time"][at].as_u64().unwrap_or_default();
    SeenSpan {
        service: text("service"),
        trace_id: text("trace_id"),
        id: text("id"),
        parent: text("parent"),
        name: text("name"),
        kind: line["kind"].as_i64().unwrap_or_default(),
        time: (time(0), time(1)),
        attributes: serde_json::from_value(line["attributes"].clone()).expect("attributes"),
        links: serde_json::from_value(line["links"].clone()).expect("links"),
        failed: line["failed"] == true,
    }
}

fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.clone()) {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes.iter().map(|pair| (pair.key.clone(), text(&pair.value))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A text takes what is written to it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
