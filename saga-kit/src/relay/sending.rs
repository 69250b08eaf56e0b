//! The span of an event on its way to the broker: from its transaction to the broker's acknowledgement.
//!
//! Its parent is the request or the handler that wrote the event, whose context waits with the row. Its own context is
//! what the message carries, so that whoever takes the message goes on from here. Both need nothing of the payload.

use std::collections::BTreeMap;
use std::time::SystemTime;

use rdkafka::Message as _;
use rdkafka::message::BorrowedMessage;

use super::reader::OutboxRow;
use crate::trace::{self, HEADER, Span, SpanKind, TraceContext};

/// See the module's text.
#[derive(Debug)]
pub(super) struct Sending {
    context: TraceContext,
    parent: TraceContext,
    written: SystemTime,
    event_id: String,
    event_type: String,
    key: String,
}

impl Sending {
    /// Puts the span into the row's headers, in place of its parent; nothing when the row belongs to no trace, or
    /// traces are off here, and the header then goes on as it is.
    pub fn begin(row: &OutboxRow, headers: &mut BTreeMap<String, String>) -> Option<Self> {
        let header = headers.get_mut(HEADER).filter(|_| trace::is_on())?;
        let parent = TraceContext::parse(header.as_bytes()).filter(|parent| parent.sampled)?;
        let context = parent.sending(row.event_id);
        *header = context.to_string();
        Some(Self {
            context,
            parent,
            written: row.occurred_at.and_utc().into(),
            event_id: row.event_id.to_string(),
            event_type: row.event_type.clone(),
            key: row.event_key.clone(),
        })
    }

    /// The broker has it.
    pub fn acknowledged(self, message: &BorrowedMessage<'_>) {
        let topic = message.topic();
        let mut attributes = Vec::from(trace::place(topic, message.partition(), message.offset()));
        attributes.extend([
            ("messaging.operation.name", "send".into()),
            ("messaging.operation.type", "send".into()),
            ("messaging.message.id", self.event_id.into()),
            ("messaging.kafka.message.key", self.key.into()),
            ("cloudevents.event_type", self.event_type.into()),
        ]);
        trace::record(Span {
            context: self.context,
            parent: Some(self.parent),
            kind: SpanKind::Producer,
            name: format!("send {topic}").into(),
            began: self.written,
            // The clock of whoever wrote it may be ahead of ours.
            ended: SystemTime::now().max(self.written),
            attributes,
            error: None,
            link: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_traces_are_off_the_header_goes_on_as_it_is() {
        let row = OutboxRow {
            id: 1,
            topic: "t".into(),
            event_key: "7".into(),
            event_id: uuid::Uuid::from_u128(5),
            event_type: "E".into(),
            occurred_at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
            headers: None,
            payload: Vec::new(),
        };
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let mut headers = BTreeMap::from([(HEADER.to_owned(), given.to_owned())]);
        assert!(Sending::begin(&row, &mut headers).is_none());
        assert_eq!(headers[HEADER], given);
    }
}
