//! Every public item of saga-kit that a service uses stands in an example of its documentation, which is compiled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tests::tools::root;

/// Who uses it.
const USERS: [&str; 3] = ["store-manager/src", "payment-service/src", "service-kit/src"];
/// Only there with the laboratory's features, with which no documentation is built: the crash points.
const OF_THE_LABORATORY: [&str; 3] = ["crash_point", "Armed", "Passed"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(sources(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn is_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// The names that follow `saga_kit::`, one by one or in braces.
fn used(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("saga_kit::").skip(1) {
        let is_path = |sign: char| is_name(sign) || sign == ':';
        let in_braces = rest.find('{').filter(|open| rest[..*open].chars().all(is_path));
        let end = in_braces.map_or_else(|| rest.find(|sign| !is_path(sign)), |_| rest.find('}')).unwrap_or(rest.len());
        found.extend(rest[..end].split(|sign| !is_name(sign)).filter(|name| !name.is_empty()).map(str::to_owned));
    }
    found.remove("self");
    found
}

/// The names in the code of the documentation's examples.
fn shown(text: &str) -> BTreeSet<String> {
    let (mut found, mut inside) = (BTreeSet::new(), false);
    for line in text.lines().map(str::trim_start).filter_map(|line| line.strip_prefix("///")) {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            found.extend(line.split(|sign| !is_name(sign)).map(str::to_owned));
        }
    }
    found
}

#[test]
fn what_services_use_of_saga_kit_is_shown_in_an_example() {
    let read = |file: PathBuf| fs::read_to_string(file).unwrap();
    let shown: BTreeSet<String> =
        sources(&root().join("saga-kit/src")).into_iter().flat_map(|file| shown(&read(file))).collect();
    let users = USERS.iter().flat_map(|folder| sources(&root().join(folder)));
    let used: BTreeSet<String> = users.flat_map(|file| used(&read(file))).collect();
    assert!(used.len() > 30, "only {used:?}");
    let missing: Vec<&String> =
        used.difference(&shown).filter(|name| !OF_THE_LABORATORY.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "without an example in saga-kit/src: {missing:?}");
}
