//! What is written down of the events for tools: by validators that are not ours, and so that they can refuse.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use stack::temp::TempFolder;
use tests::tools::{self, named_by, root};

const VALIDATOR: &str = "TEST_CHECK_JSONSCHEMA";
const GOLDEN: &str = "shared-events/tests/golden";
const SCHEMAS: &str = "docs/events/schemas";
/// `AsyncAPI`'s own schema of itself, from its makers' package.
const ASYNCAPI: &str = "@asyncapi/specs/schemas/3.0.0.json";

/// Which of the files the schema refuses.
async fn refused(schema: &Path, files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let args = ["--output-format", "json", "--schemafile", schema.to_str().unwrap()];
    let ended = tools::run(VALIDATOR, &[args.as_slice(), &files].concat()).await;
    let from = ended.output.find('{').unwrap_or_else(|| panic!("{}", ended.output));
    let report: Value =
        serde_json::from_str(&ended.output[from..]).unwrap_or_else(|error| panic!("{error}: {}", ended.output));
    assert_eq!(report["parse_errors"], json!([]), "{report}");
    let errors = report["errors"].as_array().unwrap_or_else(|| panic!("{report}"));
    errors.iter().map(|error| PathBuf::from(error["filename"].as_str().unwrap())).collect()
}

/// The samples with one fault each.
fn broken(sample: &Value) -> Vec<Value> {
    let data = sample["data"].as_object().unwrap();
    let without_a_field = data.keys().map(|field| {
        let mut broken = sample.clone();
        broken["data"].as_object_mut().unwrap().remove(field);
        broken
    });
    let of_another_kind = data.keys().map(|field| {
        let mut broken = sample.clone();
        broken["data"][field] = json!({ "neither": "text nor number" });
        broken
    });
    let set = |field: &str, value: Value| {
        let mut broken = sample.clone();
        broken[field] = value;
        broken
    };
    let envelope = [
        set("version", json!(99)),
        set("event_type", json!("SomethingElse")),
        set("aggregate_type", json!("shelf")),
        set("timestamp", json!("yesterday")),
        set("event_id", json!("41")),
        set("metadata", json!({ "traceparent": 1 })),
    ];
    without_a_field.chain(of_another_kind).chain(envelope).collect()
}

/// A schema of objects with one member: a golden file's name, and what that file's schema describes. With it one run of
/// the validator looks at all files.
fn by_name(names: &[String]) -> Value {
    let folder = root().join(SCHEMAS).canonicalize().unwrap();
    let reference = |name: &String| json!({ "$ref": format!("file://{}", folder.join(name).display()) });
    let members: Map<String, Value> = names.iter().map(|name| (name.clone(), reference(name))).collect();
    json!({ "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": members })
}

#[tokio::test]
async fn every_golden_file_is_as_its_schema_says_and_broken_ones_are_not() {
    let folder = TempFolder::new("schemas").unwrap();
    let golden = fs::read_dir(root().join(GOLDEN)).unwrap();
    let names: Vec<String> = golden.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.len() > 20, "{names:?}");
    let write = |file: String, value: &Value| {
        let file = folder.path().join(file);
        fs::write(&file, value.to_string()).unwrap();
        file
    };
    let (mut good, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for name in &names {
        let sample: Value = serde_json::from_slice(&fs::read(root().join(GOLDEN).join(name)).unwrap()).unwrap();
        good.insert(write(format!("good-{name}"), &json!({ name: sample })));
        for (place, broken) in broken(&sample).iter().enumerate() {
            wrong.insert(write(format!("{place}-{name}"), &json!({ name: broken })));
        }
    }
    let schema = write("schema.json".to_owned(), &by_name(&names));
    let all: Vec<PathBuf> = good.union(&wrong).cloned().collect();
    let refused = refused(&schema, &all).await;
    let unjust: Vec<&PathBuf> = refused.intersection(&good).collect();
    assert!(unjust.is_empty(), "golden files that their schema refuses: {unjust:?}");
    let taken: Vec<_> = wrong.difference(&refused).map(fs::read_to_string).collect();
    assert!(taken.is_empty(), "taken although they are broken: {taken:?}");
}

#[tokio::test]
async fn the_topics_are_described_in_asyncapi() {
    let file = root().join("docs/asyncapi.json");
    let document: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let folder = TempFolder::new("asyncapi").unwrap();
    let faults: [(&str, Value); 4] = [
        ("/asyncapi", json!("2.9.9")),
        ("/operations/payment-service.on.StockDecreased/action", json!("receives")),
        ("/operations/payment-service.on.StockDecreased/bindings/kafka", json!({ "group": "payment-service" })),
        ("/channels/stock-events/messages", json!(["StockLevelSet"])),
    ];
    let broken = faults.map(|(place, value)| {
        let mut broken = document.clone();
        *broken.pointer_mut(place).unwrap_or_else(|| panic!("there is no {place}")) = value;
        let file = folder.path().join(format!("{}.json", place.replace('/', "-")));
        fs::write(&file, broken.to_string()).unwrap();
        file
    });
    let schema = named_by("TEST_NODE_MODULES").join(ASYNCAPI);
    let all = [std::slice::from_ref(&file), &broken].concat();
    assert_eq!(refused(&schema, &all).await, BTreeSet::from(broken));

    let mut lost = Vec::new();
    references(&document, &mut |reference| {
        let is_there = match reference.strip_prefix('#') {
            Some(pointer) => document.pointer(pointer).is_some(),
            None => root().join("docs").join(reference).is_file(),
        };
        lost.extend((!is_there).then(|| reference.to_owned()));
    });
    assert!(lost.is_empty(), "references that lead nowhere: {lost:?}");
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        found(reference);
    }
    for below in value.as_object().into_iter().flat_map(Map::values) {
        references(below, found);
    }
    for below in value.as_array().into_iter().flatten() {
        references(below, found);
    }
}
