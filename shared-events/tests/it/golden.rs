//! Golden files: `tests/golden/<event_type>.v<version>.json` pins the wire format of each version of each event.
//!
//! `UPDATE_GOLDEN=1` writes the files of today's versions anew. Once a version has been released, a change in its
//! file is a break with every event already written, unless it is a further field that may be missing: give the event
//! a new version and an upcaster instead. Files of older versions stay as they are, and stay readable.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::value::RawValue;
use shared_events::{Envelope, Event, SAGA};

use crate::samples;

/// The folder, brought up to date first if that was asked for.
pub static GOLDEN: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|flag| flag == "1") {
        for event in samples::all() {
            let envelope = samples::envelope(&event);
            fs::write(folder.join(file_name(&envelope)), pretty(&envelope)).unwrap();
        }
    }
    folder
});

fn file_name(envelope: &Envelope) -> String {
    format!("{}.v{}.json", envelope.event_type, envelope.version)
}

/// The envelope on several lines, for people. The body is indented by hand, as `serde_json` copies raw text.
pub fn pretty(envelope: &Envelope) -> String {
    let mut envelope = envelope.clone();
    let body = spread(envelope.data.get()).replace('\n', "\n  ");
    envelope.data = RawValue::from_string(body).unwrap();
    serde_json::to_string_pretty(&envelope).unwrap() + "\n"
}

/// Tells, character by character, whether JSON text stands inside of a string.
#[derive(Default)]
struct Strings {
    inside: bool,
    escaped: bool,
}

impl Strings {
    /// True for the characters between the quotes, and for the opening quote.
    fn contain(&mut self, character: char) -> bool {
        let quote = character == '"' && !self.escaped;
        self.escaped = self.inside && character == '\\' && !self.escaped;
        self.inside ^= quote;
        self.inside
    }
}

/// Breaks compact JSON into lines without touching a token, which a detour through values would (12.50, 12.5).
fn spread(compact: &str) -> String {
    let new_line = |depth: usize| format!("\n{:1$}", "", depth * 2);
    let (mut text, mut depth, mut strings) = (String::new(), 0, Strings::default());
    for character in compact.chars() {
        match character {
            _ if strings.contain(character) => text.push(character),
            '{' | '[' => {
                depth += 1;
                text = text + &character.to_string() + &new_line(depth);
            }
            '}' | ']' => {
                depth -= 1;
                text = text + &new_line(depth) + &character.to_string();
            }
            ',' => text = text + "," + &new_line(depth),
            ':' => text += ": ",
            _ => text.push(character),
        }
    }
    text
}

/// The reverse: drops all white space outside of strings.
fn compact(pretty: &str) -> String {
    let mut strings = Strings::default();
    pretty.chars().filter(|&character| strings.contain(character) || !character.is_ascii_whitespace()).collect()
}

#[test]
fn every_event_is_written_as_its_golden_file_says() {
    for event in samples::all() {
        let envelope = samples::envelope(&event);
        let file = GOLDEN.join(file_name(&envelope));
        let golden =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}; see golden.rs", file.display()));
        let written = String::from_utf8(envelope.encode().unwrap()).unwrap();
        assert_eq!(written, compact(&golden), "{}", file.display());
        assert_eq!(pretty(&envelope), golden, "{}", file.display());
    }
}

#[test]
fn every_golden_file_of_today_is_read_as_its_sample() {
    for event in samples::all() {
        let sample = samples::envelope(&event);
        let envelope = Envelope::decode(&fs::read(GOLDEN.join(file_name(&sample))).unwrap()).unwrap();
        assert_eq!(Event::decode(&envelope).unwrap(), event);
        // All but the body, whose white space differs.
        assert_eq!(Envelope { data: sample.data.clone(), ..envelope }, sample);
    }
}

#[test]
fn golden_files_of_all_versions_are_readable_and_none_is_missing() {
    let found: BTreeSet<_> =
        fs::read_dir(&*GOLDEN).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for file in &found {
        let envelope = Envelope::decode(&fs::read(GOLDEN.join(file)).unwrap()).unwrap();
        assert_eq!(*file, file_name(&envelope), "a golden file is named after what it holds");
        Event::decode(&envelope).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let all_versions: BTreeSet<_> = SAGA
        .events
        .iter()
        .flat_map(|spec| (1..=spec.version).map(|version| (spec.event_type, version)))
        .map(|(event_type, version)| format!("{event_type}.v{version}.json"))
        .collect();
    assert_eq!(found, all_versions);
}
