//! The overview's table of events, in both languages: every event, who reacts, and what may come of it, as in the
//! saga's map. What a reaction does is told there in words of its own.

use std::collections::BTreeSet;
use std::fs;

use shared_events::{EventSpec, SAGA};
use tests::tools::root;

use crate::documents::none;

/// Each overview, with the heading of its table.
const OVERVIEWS: [(&str, &str); 2] =
    [("docs/arc42/en.md", "### Events\n"), ("docs/arc42/fr.md", "### Les événements\n")];

/// The events that a text names.
fn events(text: &str) -> BTreeSet<&str> {
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| SAGA.spec(word).is_some()).collect()
}

/// What a chapter says otherwise of an event than the map; nothing where both say the same.
fn fault(chapter: &str, spec: &EventSpec) -> Option<String> {
    let event = spec.event_type;
    let rows = chapter.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let row = rows.into_iter().find(|cells| cells.len() == 6 && events(cells[1]).contains(event));
    match (spec.reaction, row) {
        (None, None) => (!events(chapter).contains(event)).then(|| format!("{event} is not named")),
        (None, Some(_)) => Some(format!("nobody reacts to {event}")),
        (Some(reaction), None) => Some(format!("{event} has no row: {} reacts to it", reaction.service)),
        (Some(reaction), Some(cells)) => {
            let is_told = cells[2].starts_with(reaction.service)
                && events(cells[4]) == reaction.emits.iter().copied().collect::<BTreeSet<_>>();
            (!is_told).then(|| format!("to {event} {} reacts with {:?}", reaction.service, reaction.emits))
        }
    }
}

#[test]
fn the_overview_tells_of_every_event_what_the_map_does() {
    let mut faults = Vec::new();
    for (file, heading) in OVERVIEWS {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let (_, rest) = text.split_once(heading).unwrap_or_else(|| panic!("{file} has no {heading}"));
        let chapter = rest.split("\n#").next().unwrap_or_default();
        let found = SAGA.events.iter().filter_map(|spec| fault(chapter, spec));
        faults.extend(found.map(|fault| format!("{file}, {}: {fault}", heading.trim())));
    }
    none(&faults);
}
