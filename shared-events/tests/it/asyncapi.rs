//! `docs/asyncapi.json`, written from the catalogue, its schemas and the saga's map.
//!
//! `UPDATE_DOCS=1` writes it anew. That it is `AsyncAPI` is checked in `tests/tests/it/event_schemas.rs`.

use serde_json::{Map, Value, json};
use shared_events::schema::EventSchema;
use shared_events::{Event, EventSpec, PAYMENT_SERVICE, SAGA, STORE_MANAGER, Topic};

use crate::documents::{holds, sentence};
use crate::json_text::pretty;
use crate::{samples, schemas};

/// The version of `AsyncAPI`'s description of Kafka that is spoken here.
const BINDING: &str = "0.5.0";

fn message(schema: &EventSchema) -> Value {
    let EventSchema { event_type, version, description, .. } = schema;
    let key = match SAGA.spec(event_type).unwrap().topic {
        Topic::STOCK_EVENTS => "The product's id",
        _ => "The order's id; where none came to be, the saga's",
    };
    json!({
        "name": event_type,
        "title": format!("{event_type}, version {version}"),
        "description": description,
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/CloudEventsHeaders" },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": { "$ref": schemas::file(event_type, *version) },
        },
        "bindings": {
            "kafka": { "key": { "type": "string", "description": key }, "bindingVersion": BINDING },
        },
    })
}

/// The relay's headers, the identity of an event without its envelope read.
fn headers() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "description": "CloudEvents 1.0, Kafka protocol binding, binary content mode.",
        "properties": {
            "ce_specversion": { "const": "1.0", "description": "The version of CloudEvents." },
            "ce_id": text("The envelope's event_id."),
            "ce_type": text("The envelope's event_type."),
            "ce_source": text("The service that wrote the event."),
            "ce_time": text("The envelope's timestamp."),
            "content-type": { "const": "application/json", "description": "Of the envelope." },
        },
        "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type"],
    })
}

fn specs_on(topic: Topic) -> impl Iterator<Item = &'static EventSpec> {
    SAGA.events.iter().filter(move |spec| spec.topic == topic)
}

fn channel(topic: Topic) -> Value {
    let messages = specs_on(topic).map(|spec| {
        let name = spec.event_type;
        (name.to_owned(), json!({ "$ref": format!("#/components/messages/{name}") }))
    });
    let of = if topic == Topic::STOCK_EVENTS {
        "Changes of products and of stock that belong to no order"
    } else {
        "All that happens to orders"
    };
    json!({
        "address": topic.name(),
        "description": format!("{of}; the events of one key in the order in which they happened."),
        "messages": messages.collect::<Map<String, Value>>(),
        "bindings": { "kafka": { "topic": topic.name(), "bindingVersion": BINDING } },
    })
}

fn on_channel(spec: &EventSpec) -> Value {
    json!({ "$ref": format!("#/channels/{}/messages/{}", spec.topic.name(), spec.event_type) })
}

/// What a service writes to a topic, as one operation.
fn sends(service: &str, topic: Topic) -> Option<(String, Value)> {
    let written: Vec<Value> =
        specs_on(topic).filter(|spec| samples::writer(spec.event_type) == service).map(on_channel).collect();
    let operation = json!({
        "action": "send",
        "channel": { "$ref": format!("#/channels/{}", topic.name()) },
        "summary": format!("{service} writes these events with its own data, and its relay sends them."),
        "messages": written,
    });
    (!written.is_empty()).then(|| (format!("{service}.sends.{}", topic.name()), operation))
}

/// A reaction of the map, as an operation of its own.
fn reacts(spec: &EventSpec) -> Option<(String, Value)> {
    let reaction = spec.reaction?;
    let mut emits: Vec<&str> = reaction.emits.to_vec();
    emits.extend(reaction.may_be_silent.then_some("nothing"));
    let operation = json!({
        "action": "receive",
        "channel": { "$ref": format!("#/channels/{}", spec.topic.name()) },
        "summary": format!("{}.", sentence(reaction.does)),
        "description": format!("In the feature {}. What may come of it: {}.", reaction.feature, emits.join(", ")),
        "messages": [on_channel(spec)],
        "bindings": {
            "kafka": { "groupId": { "type": "string", "const": reaction.service }, "bindingVersion": BINDING },
        },
    });
    Some((format!("{}.on.{}", reaction.service, spec.event_type), operation))
}

#[test]
fn the_topics_are_described_as_catalogue_and_map_have_them() {
    let topics = SAGA.topics();
    let writers = [STORE_MANAGER, PAYMENT_SERVICE].into_iter();
    let sent = writers.flat_map(|service| topics.iter().filter_map(move |topic| sends(service, *topic)));
    let operations: Map<String, Value> = sent.chain(SAGA.events.iter().filter_map(reacts)).collect();
    let channels = topics.iter().map(|topic| (topic.name().to_owned(), channel(*topic)));
    let messages = Event::schemas().into_iter().map(|schema| (schema.event_type.to_owned(), message(&schema)));
    let document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Store Manager",
            "version": "1.0.0",
            "description": "Written from the catalogue of events and the saga's map. An installation's prefix may stand \
                            before the names of topics and consumer groups. Beside the reactions listed here, the read \
                            models of store-manager receive every event; a copy of what a service cannot handle goes to \
                            the topic of its name with .dlq behind it.",
        },
        "defaultContentType": "application/json",
        "channels": channels.collect::<Map<String, Value>>(),
        "operations": operations,
        "components": {
            "messages": messages.collect::<Map<String, Value>>(),
            "schemas": { "CloudEventsHeaders": headers() },
        },
    });
    holds("asyncapi.json", &pretty(&document));
}
