//! JSON Schemas of the events as they travel, derived from their types.
//!
//! Owns the schema of the envelope, and of what serde writes in a form of its own: money and currencies. They say what
//! our services write; a reader passes over fields that it does not know. Draft 7, because `AsyncAPI` 3 takes such
//! schemas as they are.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::currency::Currency;
use crate::events::EventBody;
use crate::money::Money;

/// The schema of one version of one event, envelope included.
#[derive(Clone, Debug)]
pub struct EventSchema {
    /// Its name on the wire.
    pub event_type: &'static str,
    /// The version that it describes.
    pub version: u16,
    /// What has happened, in words.
    pub description: String,
    /// The schema.
    pub schema: Value,
}

/// The schema of today's version.
pub(crate) fn of<E: EventBody + JsonSchema>() -> EventSchema {
    let generator = SchemaSettings::draft07().for_serialize().into_generator();
    let mut data = generator.into_root_schema_for::<E>().to_value();
    let mut take = |key: &str| data.as_object_mut().and_then(|data| data.remove(key));
    let (dialect, definitions) = (take("$schema"), take("definitions"));
    take("title");
    let description = take("description").and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
    let mut schema = json!({
        "$schema": dialect,
        "title": format!("{}, version {}", E::TYPE, E::VERSION),
        "description": description,
        "type": "object",
        "properties": envelope::<E>(data),
        "required": REQUIRED,
    });
    if let Some(definitions) = definitions {
        schema["definitions"] = definitions;
    }
    EventSchema { event_type: E::TYPE, version: E::VERSION, description, schema }
}

/// The envelope's fields, in the order in which they stand on the wire. All are always written.
const REQUIRED: [&str; 11] = [
    "event_id",
    "event_type",
    "aggregate_type",
    "aggregate_id",
    "timestamp",
    "version",
    "correlation_id",
    "causation_id",
    "service_name",
    "data",
    "metadata",
];

/// See [`crate::Envelope`], whose words these are.
fn envelope<E: EventBody>(data: Value) -> Map<String, Value> {
    let id = |description: &str| json!({ "description": description, "type": "string", "format": "uuid" });
    let text = |description: &str| json!({ "description": description, "type": "string" });
    let fields = [
        ("event_id", id("Identity of the event (UUIDv7). A copy of the event has the same one.")),
        ("event_type", json!({ "description": "Name of the event.", "const": E::TYPE })),
        ("aggregate_type", json!({ "description": "Kind of thing it happened to.", "const": E::AGGREGATE })),
        ("aggregate_id", text("Which one it happened to, and the Kafka key.")),
        (
            "timestamp",
            json!({
                "description": "When it happened: RFC 3339 in UTC, in microseconds.",
                "type": "string",
                "format": "date-time",
                "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$",
            }),
        ),
        ("version", json!({ "description": "Version of the schema of the data.", "const": E::VERSION })),
        ("correlation_id", id("The saga it belongs to.")),
        (
            "causation_id",
            json!({
                "description": "The event that it answers; null where a saga begins.",
                "type": ["string", "null"],
                "format": "uuid",
            }),
        ),
        ("service_name", text("The service that wrote it.")),
        ("data", data),
        (
            "metadata",
            json!({
                "description": "What else travels along; our services write nothing there.",
                "type": "object",
                "additionalProperties": { "type": "string" },
            }),
        ),
    ];
    fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect()
}

/// No `multipleOf`: validators count in binary fractions, in which 0.07 is no multiple of 0.01.
impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount: a number written with two decimals.",
            "type": "number",
            "minimum": 0,
            "maximum": 9_999_999_999.99,
        })
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A currency by its ISO 4217 code.",
            "type": "string",
            "pattern": "^[A-Z]{3}$",
        })
    }
}
