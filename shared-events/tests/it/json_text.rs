//! JSON for people: the important keys first, properties in the order of the wire, one order whatever the map's.

use serde_json::{Map, Value};

/// Keys in the order in which one reads them; others follow by name.
const FIRST: [&str; 36] = [
    "asyncapi",
    "info",
    "defaultContentType",
    "channels",
    "operations",
    "components",
    "$schema",
    "$ref",
    "name",
    "title",
    "version",
    "action",
    "channel",
    "address",
    "summary",
    "description",
    "type",
    "format",
    "pattern",
    "const",
    "enum",
    "minimum",
    "maximum",
    "items",
    "allOf",
    "anyOf",
    "oneOf",
    "properties",
    "additionalProperties",
    "required",
    "definitions",
    "contentType",
    "headers",
    "payload",
    "messages",
    "bindings",
];

/// The text of a file.
pub fn pretty(value: &Value) -> String {
    text(value, 0) + "\n"
}

fn text(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(map) if !map.is_empty() => object(map, &FIRST, depth),
        Value::Array(values) if values.iter().any(|value| value.is_object() || value.is_array()) => {
            between("[", values.iter().map(|value| text(value, depth + 1)), "]", depth)
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            format!("[{}]", values.join(", "))
        }
        other => other.to_string(),
    }
}

/// One a line.
fn between(open: &str, entries: impl Iterator<Item = String>, close: &str, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    let entries: Vec<String> = entries.map(|entry| format!("\n{inner}{entry}")).collect();
    format!("{open}{}\n{outer}{close}", entries.join(","))
}

fn object(map: &Map<String, Value>, first: &[&str], depth: usize) -> String {
    let entry = |key: &String| match (key.as_str(), &map[key]) {
        ("properties", Value::Object(properties)) => {
            format!("\"{key}\": {}", object(properties, &required(map), depth + 1))
        }
        (_, value) => format!("\"{key}\": {}", text(value, depth + 1)),
    };
    between("{", in_order(map, first).into_iter().map(entry), "}", depth)
}

/// A schema's `required` knows the order of the fields, which its `properties` may have lost.
fn required(schema: &Map<String, Value>) -> Vec<&str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn in_order<'m>(map: &'m Map<String, Value>, first: &[&str]) -> Vec<&'m String> {
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort_by_key(|key| (first.iter().position(|first| first == key).unwrap_or(first.len()), key.as_str()));
    keys
}
