//! `docs/events/schemas/`: the JSON Schema of each version of each event, derived from its type.
//!
//! `UPDATE_DOCS=1` writes those of today's versions anew; those of older versions stay, as their golden files do.

use std::collections::BTreeSet;
use std::path::Path;

use shared_events::Event;
use shared_events::schema::EventSchema;

use crate::documents::holds;
use crate::golden::GOLDEN;
use crate::json_text::pretty;

/// Where a schema lies, from `docs/`.
pub fn file(event_type: &str, version: u16) -> String {
    format!("events/schemas/{event_type}.v{version}.json")
}

#[test]
fn every_schema_is_what_the_type_says_and_none_is_missing() {
    for EventSchema { event_type, version, schema, .. } in Event::schemas() {
        holds(&file(event_type, version), &pretty(&schema));
    }
    // Here and not in a test of its own, which would look while these files, or the golden ones, are written.
    let names = |folder: &Path| -> BTreeSet<String> {
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/events/schemas");
    assert_eq!(names(&schemas), names(&GOLDEN), "every version that has a golden file has a schema, and no other");
}

#[test]
fn every_field_is_described() {
    for EventSchema { event_type, schema, .. } in Event::schemas() {
        let undescribed = undescribed(&schema, event_type);
        assert!(undescribed.is_empty(), "{undescribed:?}");
    }
}

/// The properties at any depth that say nothing of themselves.
fn undescribed(schema: &serde_json::Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some(schema) = schema.as_object() else { return found };
    for (name, property) in schema.get("properties").and_then(|found| found.as_object()).into_iter().flatten() {
        let is_tag_or_data = property.get("const").is_some() || name == "data";
        if property.get("description").is_none() && !is_tag_or_data {
            found.push(format!("{path}.{name}"));
        }
    }
    for (key, below) in schema {
        found.extend(undescribed(below, &format!("{path}.{key}")));
        for below in below.as_array().into_iter().flatten() {
            found.extend(undescribed(below, &format!("{path}.{key}")));
        }
    }
    found
}
