//! A span that has ended, in OpenTelemetry's words and without its crates.

use std::borrow::Cow;
use std::time::SystemTime;

use super::TraceContext;

/// Which side of a call or a message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// A request that was answered.
    Server,
    /// An event that was sent.
    Producer,
    /// An event that was taken or handled.
    Consumer,
    /// Work that nobody asked for from outside.
    Internal,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A span that has ended.
/// ```
/// use std::time::SystemTime;
///
/// use saga_kit::trace::{self, Span, SpanKind, TraceContext, Value};
///
/// /// Tells of a request that has ended, to whoever records.
/// fn answered(context: TraceContext, began: SystemTime) {
///     let attributes = vec![("http.request.method", Value::from("GET"))];
///     let (kind, name, ended) = (SpanKind::Server, "GET /visits".into(), SystemTime::now());
///     trace::record(Span { context, parent: None, kind, name, began, ended, attributes, error: None, link: None });
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Span {
    /// Its trace and its own id.
    pub context: TraceContext,
    /// The span that it belongs to; nothing where the trace begins.
    pub parent: Option<TraceContext>,
    /// Which side it is.
    pub kind: SpanKind,
    /// Its name, of which there are few: no ids.
    pub name: Cow<'static, str>,
    /// When it began.
    pub began: SystemTime,
    /// When it ended, by the clock of this host; never before it began.
    pub ended: SystemTime,
    /// What is known of it, under the names of the semantic conventions.
    pub attributes: Vec<(&'static str, Value)>,
    /// What went wrong.
    pub error: Option<String>,
    /// Another span that it has to do with.
    pub link: Option<TraceContext>,
}

/// What the spans of a message say of where it lies.
pub(crate) fn place(topic: &str, partition: i32, offset: i64) -> [(&'static str, Value); 4] {
    [
        ("messaging.system", "kafka".into()),
        ("messaging.destination.name", topic.into()),
        ("messaging.destination.partition.id", partition.to_string().into()),
        ("messaging.kafka.offset", offset.into()),
    ]
}
