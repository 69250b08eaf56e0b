//! What docs/operations/metrics.md says.

use std::collections::BTreeSet;
use std::path::Path;

/// A row of the document's table.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) labels: BTreeSet<String>,
}

/// The metrics that the document says a service tells.
pub(super) fn documented(service: &str) -> BTreeSet<Row> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations/metrics.md");
    let text = std::fs::read_to_string(file).unwrap();
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, kind, labels, told_by, meaning, _] = cells[..] else { return None };
        if kind == "Type" || kind.starts_with('-') || !(told_by == "both" || told_by == service) {
            return None;
        }
        assert!(!meaning.is_empty(), "{line}");
        Some(Row { name: quoted(name).remove(0), kind: kind.to_owned(), labels: quoted(labels).into_iter().collect() })
    });
    rows.collect()
}
