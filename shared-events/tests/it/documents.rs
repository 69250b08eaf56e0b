//! `docs/saga.md` and `docs/events.md`, written from the map and the samples.
//!
//! `UPDATE_DOCS=1` writes them anew; without it a document that says something else fails.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use shared_events::{EventSpec, SAGA, SagaState};

use crate::golden::pretty;
use crate::{samples, schemas};

const STATES: [(SagaState, &str); 6] = [
    (SagaState::CreatingOrder, "The order is written, or what kept it from being written is recorded."),
    (SagaState::DecreasingStock, "Its items are taken from stock, all of them or none."),
    (SagaState::CreatingPayment, "Its payment is made and put on the order."),
    (SagaState::IncreasingStock, "Compensation: what the ledger says was taken is given back."),
    (SagaState::CancellingOrder, "Compensation: the order is cancelled and closed."),
    (SagaState::Completed, "The end, good or bad."),
];

/// Fails when `docs/NAME` does not say this, unless it is to be written.
pub fn holds(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some_and(|flag| flag == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let command = "UPDATE_DOCS=1 cargo test --release -p shared-events";
    let differs = there.lines().zip(text.lines()).position(|(there, wanted)| there != wanted);
    assert!(there == text, "docs/{name} is not what the code says, from line {differs:?}: run {command}");
}

/// `take every item` as the beginning of a sentence.
pub fn sentence(does: &str) -> String {
    does.chars().take(1).flat_map(char::to_uppercase).chain(does.chars().skip(1)).collect()
}

fn row(spec: &EventSpec) -> String {
    let state = spec.state_after.map_or("–".to_owned(), |state| format!("`{state}`"));
    let Some(reaction) = spec.reaction else {
        return format!("| `{}` | {state} | nobody | – | – |", spec.event_type);
    };
    let mut emits: Vec<String> = reaction.emits.iter().map(|emitted| format!("`{emitted}`")).collect();
    if reaction.may_be_silent {
        emits.push("nothing".to_owned());
    }
    let (service, feature, does) = (reaction.service, reaction.feature, sentence(reaction.does));
    format!("| `{}` | {state} | {service}, {feature} | {does} | {} |", spec.event_type, emits.join(", "))
}

/// Which event leads to which; the first that may come of one is the ordinary course.
fn picture() -> String {
    let mut lines = vec!["flowchart TD".to_owned()];
    for spec in SAGA.events {
        let Some(reaction) = spec.reaction else { continue };
        for (place, emitted) in reaction.emits.iter().enumerate() {
            let arrow = if place == 0 { "==>" } else { "-->" };
            lines.push(format!("    {} {arrow}|{}| {emitted}", spec.event_type, reaction.service));
        }
    }
    lines.join("\n")
}

#[test]
fn the_saga_is_told_as_the_map_has_it() {
    let mut text = String::from(
        "# The saga\n\nWritten from `shared-events/src/saga/map.rs`, which the services are held against when they start: \
         what stands here is what happens. Nobody conducts; each service reacts to events, each reaction is one \
         transaction, and what comes of it is the next event.\n\n```mermaid\n",
    );
    text += &picture();
    text += "\n```\n\nA thick arrow is the ordinary course, a thin one what may come of it instead or besides; on it stands \
             the service that acts.\n\n## Events and reactions\n\n| Event | The saga then stands at | Who reacts | What it \
             does | What may come of it |\n|---|---|---|---|---|\n";
    for spec in SAGA.events {
        writeln!(text, "{}", row(spec)).unwrap();
    }
    text += "\nWhere nobody reacts, the event moves no saga on: it is for read models and the timeline.\n\n## States\n\n| State | What is done |\n|---|---|\n";
    for (state, done) in STATES {
        writeln!(text, "| `{state}` | {done} |").unwrap();
    }
    text += "\nWhat each event holds: [events.md](events.md). What an order's own status does for each event: \
             `store-manager/src/orders/domain/status.rs`.\n";
    holds("saga.md", &text);
}

#[test]
fn every_event_is_shown_as_it_travels() {
    let mut text = String::from(
        "# The events\n\nWritten from the catalogue in `shared-events/src/events/mod.rs` and its samples, which pin the wire \
         format (`shared-events/tests/golden/OrderCreated.v1.json` and its like). Every event travels in the same envelope; \
         the key is `aggregate_id`, and events of one key keep their order. Its identity stands in the headers of \
         CloudEvents too: `ce_id`, `ce_type`, `ce_source`, `ce_time`, `ce_specversion`.\n\nHow they follow each other: \
         [saga.md](saga.md). Topics, messages and who sends and receives them, for tools: [asyncapi.json](asyncapi.json) \
         (AsyncAPI 3). The JSON Schemas are derived from the types and say what our services write; amounts have two \
         decimals, which a schema cannot say.\n\nThe samples show every member of the envelope. Our services leave `metadata` \
         empty (a trace travels in the header `traceparent`), the first event of a saga has no `causation_id`, and \
         `SagaCompleted` has the saga's id for its key where no order came to be.\n\n| Event | Version | Topic | Key | Schema |\n|---|---|---|---|---|\n",
    );
    let samples: Vec<_> = samples::all().iter().map(samples::envelope).collect();
    for envelope in &samples {
        let spec = SAGA.spec(&envelope.event_type).unwrap();
        let (event, version, topic) = (spec.event_type, spec.version, spec.topic.name());
        let is_of_no_order = envelope.aggregate_id == envelope.correlation_id.to_string();
        let of = if is_of_no_order { "saga" } else { &envelope.aggregate_type };
        let (anchor, schema) = (event.to_lowercase(), schemas::file(event, version));
        writeln!(text, "| [`{event}`](#{anchor}) | {version} | `{topic}` | the {of}'s id | [JSON Schema]({schema}) |")
            .unwrap();
    }
    for envelope in &samples {
        write!(text, "\n## {}\n\n```json\n{}```\n", envelope.event_type, pretty(envelope)).unwrap();
    }
    holds("events.md", &text);
}
