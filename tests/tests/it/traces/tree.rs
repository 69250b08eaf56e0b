//! The spans of one trace, held against the events that lie on the topic: who wrote each, what it answers, and, by the
//! saga's map, who takes it.
//!
//! An event may lie on the topic more than once, where a relay lost its lease: its copies were sent in one and the same
//! span, each is received, and it is handled once.

use std::collections::{BTreeMap, BTreeSet};

use shared_events::{Envelope, SAGA, STORE_MANAGER, Topic};
use tests::SeenSpan;

const SERVER: i64 = 2;
const PRODUCER: i64 = 4;
const CONSUMER: i64 = 5;

/// See the module's text.
pub(super) struct Tree {
    spans: Vec<SeenSpan>,
    events: Vec<Envelope>,
    topic: String,
}

/// The spans that tell of one event at one service.
struct Taken<'t> {
    sent: &'t SeenSpan,
    /// Of each copy that has come so far.
    received: Vec<&'t SeenSpan>,
    handled: &'t SeenSpan,
}

impl Tree {
    pub fn new(mut spans: Vec<SeenSpan>, events: &[Envelope], topic_prefix: &str) -> Self {
        let mut told = BTreeSet::new();
        spans.retain(|span| told.insert(span.id.clone()));
        Self { spans, events: events.to_vec(), topic: format!("{topic_prefix}{}", Topic::ORDER_SAGA_EVENTS.name()) }
    }

    /// The tree, if it is all there with its parents right; else what is missing or too much.
    pub fn whole(self, caller: &str) -> Result<Self, String> {
        let Some(root) = self.all((SERVER, "POST /orders"), STORE_MANAGER).next() else {
            return Err(format!("no request among {:#?}", self.spans));
        };
        if root.parent != caller {
            return Err(format!("the request is not its caller's: {root:?}"));
        }
        let mut expected = 1;
        for event in &self.events {
            let sent = self.sent(event)?;
            let parent = match event.causation_id {
                None => &root.id,
                Some(cause) => &self.of_event("process", &event.service_name, &cause.to_string())?.id,
            };
            if sent.parent != *parent {
                return Err(format!("{} has another parent than {parent}: {sent:?}", event.event_type));
            }
            expected += 1;
            for taken in self.taken(event)? {
                for span in taken.received.iter().copied().chain([taken.handled]) {
                    if span.parent != sent.id {
                        return Err(format!("{} was sent by {}: {span:?}", event.event_type, sent.id));
                    }
                }
                expected += taken.received.len() + 1;
            }
        }
        if self.spans.len() == expected {
            Ok(self)
        } else {
            Err(format!("{} spans instead of {expected}: {:#?}", self.spans.len(), self.spans))
        }
    }

    pub fn request(&self) -> &SeenSpan {
        self.spans.iter().find(|span| span.kind == SERVER).expect("the request's span")
    }

    /// The types of the events, as the spans that sent them tell them.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        let sent = self.spans.iter().filter(|span| span.kind == PRODUCER);
        sent.filter_map(|span| span.attributes.get("cloudevents.event_type").map(String::as_str))
    }

    /// How many events shared a transaction, by what their spans say; each that does links to another one's.
    pub fn shared_transactions(&self) -> usize {
        let shared = self.spans.iter().filter(|span| span.attributes.contains_key("messaging.batch.message_count"));
        shared.count()
    }

    /// Written, sent, taken, handled: each begins where what was before it ends, but that the topic tells milliseconds.
    pub fn waits_follow_each_other(&self) {
        const MILLISECOND: u64 = 1_000_000;
        for event in &self.events {
            for Taken { sent, received, handled } in self.taken(event).expect("a whole tree") {
                let told = format!("{sent:?}\n{received:?}\n{handled:?}");
                let received = received.into_iter().find(|span| span.time.1 == handled.time.0);
                let received = received.unwrap_or_else(|| panic!("a gap before it was handled: {told}"));
                for span in [sent, received, handled] {
                    assert!(span.time.0 <= span.time.1, "{span:?}");
                }
                assert!(received.time.0 + MILLISECOND >= sent.time.0, "taken before it was written: {told}");
                assert!(received.time.0 <= sent.time.1, "in the topic only after it was acknowledged: {told}");
            }
        }
    }

    /// Who takes the event: whoever reacts to it, and store-manager, which keeps the timeline of orders.
    fn taken(&self, event: &Envelope) -> Result<Vec<Taken<'_>>, String> {
        let spec = SAGA.spec(&event.event_type).expect("an event of the map");
        let reacting = spec.reaction.map(|reaction| reaction.service).filter(|service| *service != STORE_MANAGER);
        let services = reacting.into_iter().chain([STORE_MANAGER]);
        let id = event.event_id.to_string();
        services
            .map(|service| {
                let (sent, received) = (self.sent(event)?, self.all_of_event("receive", service, &id));
                if received.is_empty() {
                    return Err(format!("{service} has not received {id} among {:#?}", self.spans));
                }
                let handled = self.of_event("process", service, &id)?;
                let group = handled.attributes.get("messaging.consumer.group.name");
                assert!(group.is_some_and(|group| group.ends_with(service)), "{handled:?}");
                Ok(Taken { sent, received, handled })
            })
            .collect()
    }

    fn sent(&self, event: &Envelope) -> Result<&SeenSpan, String> {
        self.of_event("send", &event.service_name, &event.event_id.to_string())
    }

    /// The one span of that operation on an event.
    fn of_event(&self, operation: &str, service: &str, event_id: &str) -> Result<&SeenSpan, String> {
        match self.all_of_event(operation, service, event_id)[..] {
            [span] => Ok(span),
            ref found => {
                Err(format!("{} spans `{operation}` of {event_id} at {service} among {:#?}", found.len(), self.spans))
            }
        }
    }

    fn all_of_event(&self, operation: &str, service: &str, event_id: &str) -> Vec<&SeenSpan> {
        let kind = if operation == "send" { PRODUCER } else { CONSUMER };
        let name = format!("{operation} {}", self.topic);
        let of_event = |span: &SeenSpan| span.attributes.get("messaging.message.id").is_some_and(|id| id == event_id);
        let spans = self.all((kind, &name), service).filter(|span| of_event(span));
        spans.inspect(|span| self.says_what_it_must(operation, span)).collect()
    }

    fn says_what_it_must(&self, operation: &str, span: &SeenSpan) {
        let expected = [
            ("messaging.system", "kafka"),
            ("messaging.destination.name", self.topic.as_str()),
            ("messaging.operation.type", operation),
            ("messaging.operation.name", operation),
        ];
        let said: BTreeMap<&str, &str> = span.attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
        for (name, value) in expected {
            assert_eq!(said.get(name), Some(&value), "{name} of {span:?}");
        }
        assert!(said.contains_key("messaging.kafka.offset") && !span.failed, "{span:?}");
    }

    fn all(&self, (kind, name): (i64, &str), service: &str) -> impl Iterator<Item = &SeenSpan> {
        let is_it = move |span: &&SeenSpan| span.kind == kind && span.name == name && span.service == service;
        self.spans.iter().filter(is_it)
    }
}
