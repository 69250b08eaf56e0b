//! Traces: which one a request or an event belongs to, and the spans that are told of it.
//!
//! The context is W3C's: it comes with a request's header `traceparent`, waits with the event in the outbox, and goes
//! on as the Kafka header of the same name. Only a trace that is sampled is carried on; what is none costs nothing.
//! Spans go to whoever [`install`]ed a recorder; how they are exported is no matter of this crate.

use std::fmt;
use std::sync::OnceLock;

use uuid::Uuid;

mod sampling;
mod span;

use sampling::Sampler;
pub use sampling::Sampling;
pub(crate) use span::place;
pub use span::{Span, SpanKind, Value};

/// The name of W3C's header, in HTTP and in Kafka alike.
pub const HEADER: &str = "traceparent";

/// A place in a trace: the span that what comes next has as its parent.
/// ```
/// use saga_kit::trace::{HEADER, TraceContext};
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let caller = TraceContext::parse(header.as_bytes()).expect("a context");
/// let own = caller.child();
/// assert_eq!(own.trace_id, caller.trace_id);
/// println!("{HEADER}: {own}");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: u128,
    /// The span.
    pub span_id: u64,
    /// Whether its spans are recorded.
    pub sampled: bool,
}

impl TraceContext {
    /// Reads a `traceparent`; nothing when it is none, as the specification wants it.
    #[must_use]
    pub fn parse(header: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(header).ok()?;
        let (version, rest) = text.split_at_checked(2)?;
        let (ids, more) = rest.split_at_checked(53)?;
        // A later version may have more fields, behind another dash.
        let ends = if version == "00" { more.is_empty() } else { more.is_empty() || more.starts_with('-') };
        let mut fields = ids.split('-');
        let before = fields.next()?;
        let (trace_id, span_id, flags) = (fields.next()?, fields.next()?, fields.next()?);
        let is_whole = before.is_empty() && fields.next().is_none() && ends && version != "ff";
        let has_lengths = (trace_id.len(), span_id.len(), flags.len()) == (32, 16, 2);
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_whole || !has_lengths || ![version, trace_id, span_id, flags].into_iter().all(is_hex) {
            return None;
        }
        let trace_id = u128::from_str_radix(trace_id, 16).ok().filter(|id| *id != 0)?;
        let span_id = u64::from_str_radix(span_id, 16).ok().filter(|id| *id != 0)?;
        let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
        Some(Self { trace_id, span_id, sampled })
    }

    /// A new span of the same trace.
    #[must_use]
    pub fn child(self) -> Self {
        Self { span_id: rand::random_range(1..=u64::MAX), ..self }
    }

    /// The span in which an event is sent: its id is the event's, so that a copy of the event tells of the same span.
    pub(crate) fn sending(self, event_id: Uuid) -> Self {
        Self { span_id: event_id.as_u64_pair().1.max(1), ..self }
    }
}

/// As the header has it.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes the spans of this process, on whichever thread they end: it must not wait.
type Record = Box<dyn Fn(Span) + Send + Sync>;

struct Recorder {
    sampler: Sampler,
    record: Record,
}

static RECORDER: OnceLock<Recorder> = OnceLock::new();

/// Turns traces on, once a process: of those that begin here the `sampling` is recorded, and those that the caller of
/// a request records. Until then nothing is looked at, kept or sent. False when they were on already.
pub fn install(sampling: Sampling, record: impl Fn(Span) + Send + Sync + 'static) -> bool {
    RECORDER.set(Recorder { sampler: Sampler::new(sampling), record: Box::new(record) }).is_ok()
}

/// Whether traces are recorded.
#[must_use]
pub fn is_on() -> bool {
    RECORDER.get().is_some()
}

/// The span of a request, below its caller's where that is known; nothing when it is not to be recorded.
#[must_use]
pub fn begin(caller: Option<TraceContext>) -> Option<TraceContext> {
    let recorder = RECORDER.get()?;
    match caller {
        Some(caller) => caller.sampled.then(|| caller.child()),
        None => recorder.sampler.root(rand::random()),
    }
}

/// A span that has ended.
pub fn record(span: Span) {
    if let Some(recorder) = RECORDER.get() {
        (recorder.record)(span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written_as_it_was() {
        let context = TraceContext::parse(GOOD.as_bytes()).expect("a context");
        assert!(context.sampled);
        assert_eq!(context.to_string(), GOOD);
        let unsampled = GOOD.replace("-01", "-00");
        assert_eq!(TraceContext::parse(unsampled.as_bytes()).map(|context| context.sampled), Some(false));
        let later = format!("cc{}-and-more", &GOOD[2..]);
        assert_eq!(TraceContext::parse(later.as_bytes()), Some(context));
    }

    #[test]
    fn what_is_no_traceparent_is_none() {
        let zero_trace = format!("00-{:032x}-00f067aa0ba902b7-01", 0);
        let zero_span = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-{:016x}-01", 0);
        let more = format!("{GOOD}-more");
        let forbidden = format!("ff{}", &GOOD[2..]);
        let upper = GOOD.to_uppercase();
        let moved = GOOD.replace("a6a3", "a-a3");
        for text in
            ["", "00", &GOOD[..54], &zero_trace, &zero_span, &more, &forbidden, &upper, &moved, "é".repeat(40).as_str()]
        {
            assert_eq!(TraceContext::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(TraceContext::parse(&[0xff; 55]), None);
    }

    #[test]
    fn all_copies_of_an_event_are_sent_in_the_same_span() {
        let context = TraceContext::parse(GOOD.as_bytes()).expect("a context");
        let event_id = Uuid::from_u128(0x0199_d2f0_8c4e_7a31_9b60_2f5d_7c1e_0a02);
        assert_eq!(context.sending(event_id).to_string(), "00-4bf92f3577b34da6a3ce929d0e0e4736-9b602f5d7c1e0a02-01");
        assert_ne!(context.child().span_id, context.child().span_id);
    }
}
