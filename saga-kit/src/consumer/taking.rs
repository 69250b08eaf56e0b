//! The spans of an event that was taken: how long it lay in the topic, and how long it was in hand.
//!
//! Both are children of the span in which it was sent, which its header names. The second is the parent of what comes
//! of the event; a transaction that handles several has one for each, in the trace of each.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use super::batch::Processor;
use super::message::Message;
use crate::trace::{self, HEADER, Span, SpanKind, TraceContext};

/// The trace of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taking {
    /// In which it was sent.
    sent: TraceContext,
    /// In which it is handled.
    handling: TraceContext,
    sent_at: SystemTime,
    taken_at: SystemTime,
}

impl Taking {
    /// Reads the header; nothing when there is none, or traces are off: to look would have the client take all headers
    /// of each message apart.
    pub fn of(message: &BorrowedMessage<'_>) -> Option<Self> {
        if !trace::is_on() {
            return None;
        }
        let header = message.headers()?.iter().find(|header| header.key == HEADER)?;
        let sent = TraceContext::parse(header.value?).filter(|sent| sent.sampled)?;
        let sent_at = message.timestamp().to_millis().and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
        let sent_at = sent_at.map_or_else(SystemTime::now, |since| UNIX_EPOCH + since);
        Some(Self { sent, handling: sent.child(), sent_at, taken_at: sent_at })
    }

    /// The parent of what comes of the event.
    pub fn handling(&self) -> TraceContext {
        self.handling
    }
}

/// The partition's worker takes these messages in hand. Those that are none of this service's tell nothing.
pub(super) fn taken(messages: &mut [Message], processor: &Processor) {
    let now = SystemTime::now();
    for message in messages {
        let Some(taking) = message.taking.map(|taking| Taking { taken_at: now, ..taking }) else { continue };
        if !processor.concerns(message) {
            continue;
        }
        message.taking = Some(taking);
        // The sender's clock may be ahead of ours.
        let (context, began) = (taking.sent.child(), taking.sent_at.min(now));
        trace::record(Span { context, began, ended: now, ..span(message, &taking, ("receive", processor)) });
    }
}

/// A transaction is committed that handled these messages, or set them aside for that cause.
pub(super) fn handled<'m>(
    messages: impl Iterator<Item = (&'m Message, Option<&'static str>)> + Clone,
    processor: &Processor,
) {
    let now = SystemTime::now();
    let first = messages.clone().find_map(|(message, _)| Some(message.taking?.handling));
    let Some(first) = first else { return };
    let count = i64::try_from(messages.clone().count()).unwrap_or(i64::MAX);
    for (message, error) in messages {
        let Some(taking) = message.taking else { continue };
        let mut span = Span { ended: now.max(taking.taken_at), ..span(message, &taking, ("process", processor)) };
        if count > 1 {
            span.attributes.push(("messaging.batch.message_count", count.into()));
        }
        if let Some(error) = error {
            span.attributes.push(("error.type", error.into()));
            span.error = Some("the event is parked".to_owned());
        }
        // They have the time of the transaction together, each in its own trace.
        span.link = Some(first).filter(|first| *first != taking.handling);
        trace::record(span);
    }
}

fn span(message: &Message, taking: &Taking, (operation, processor): (&'static str, &Processor)) -> Span {
    let group = processor.transactions.topic_name(processor.registry.service());
    let mut attributes = Vec::from(trace::place(&message.topic, message.partition, message.offset));
    attributes.extend([
        ("messaging.operation.name", operation.into()),
        ("messaging.operation.type", operation.into()),
        ("messaging.message.id", message.event_id.to_string().into()),
        ("messaging.consumer.group.name", group.into()),
    ]);
    if let Ok(envelope) = &message.envelope {
        attributes.push(("messaging.message.conversation_id", envelope.correlation_id.to_string().into()));
        attributes.push(("cloudevents.event_type", envelope.event_type.clone().into()));
    }
    Span {
        context: taking.handling,
        parent: Some(taking.sent),
        kind: SpanKind::Consumer,
        name: format!("{operation} {}", message.topic).into(),
        began: taking.taken_at,
        ended: taking.taken_at,
        attributes,
        error: None,
        link: None,
    }
}
