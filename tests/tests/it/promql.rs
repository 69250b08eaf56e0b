//! Which metrics an expression of Prometheus names, and whether the services tell them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tests::tools::root;

/// Words of the language that stand where a name could.
const KEYWORDS: [&str; 11] =
    ["and", "bool", "by", "group_left", "group_right", "ignoring", "offset", "on", "or", "unless", "without"];

/// Keywords after which parentheses hold labels.
const TAKE_LABELS: [&str; 6] = ["by", "group_left", "group_right", "ignoring", "on", "without"];

/// What Prometheus itself tells.
pub const OF_PROMETHEUS: [&str; 2] = ["ALERTS", "up"];

/// The names of metrics and recordings in an expression.
pub fn names(expression: &str) -> BTreeSet<String> {
    let bare = without_brackets(expression);
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == ':';
    let (mut names, mut rest) = (BTreeSet::new(), bare.as_str());
    while let Some(start) = rest.find(is_part) {
        rest = &rest[start..];
        let end = rest.find(|sign| !is_part(sign)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        if TAKE_LABELS.contains(&word) && after.trim_start().starts_with('(') {
            rest = after.split_once(')').map_or("", |(_labels, after)| after);
        } else if !word.starts_with(|sign: char| sign.is_ascii_digit())
            && !KEYWORDS.contains(&word)
            && !is_called(after.trim_start())
        {
            names.insert(word.to_owned());
        }
    }
    names
}

/// Whether what follows a word makes it a function: its argument, or the labels of an aggregation.
fn is_called(after: &str) -> bool {
    ["(", "by (", "without ("].iter().any(|next| after.starts_with(next))
}

/// Without what selects series and spans of time.
fn without_brackets(expression: &str) -> String {
    let (mut bare, mut depth) = (String::new(), 0_usize);
    for sign in expression.chars() {
        match sign {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            sign if depth == 0 => bare.push(sign),
            _ => {}
        }
    }
    bare
}

/// The metrics of docs/operations/metrics.md with their types, which a test holds against what the services answer.
pub fn told() -> BTreeMap<String, String> {
    let page = fs::read_to_string(root().join("docs/operations/metrics.md")).expect("docs/operations/metrics.md");
    let mut told = BTreeMap::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, name, kind @ ("counter" | "gauge" | "histogram"), ..] = cells[..] {
            told.insert(name.trim_matches('`').to_owned(), kind.to_owned());
        }
    }
    assert!(told.len() > 15, "only {} metrics were found", told.len());
    told
}

/// Whether a name is a metric that the services tell: a histogram's is one of its three series.
pub fn is_told(told: &BTreeMap<String, String>, name: &str) -> bool {
    let series = ["_bucket", "_count", "_sum"].iter().find_map(|ending| name.strip_suffix(ending));
    let is_histogram = |metric: &str| told.get(metric).is_some_and(|kind| kind == "histogram");
    series.is_some_and(is_histogram) || (told.contains_key(name) && !is_histogram(name))
}

#[test]
fn the_names_in_an_expression_are_found() {
    let found = |expression| names(expression).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(found(r#"sum by (job) (rate(a_total{status=~"5..", job="b"}[5m])) / sum(c) > 0.05"#), "a_total c");
    assert_eq!(found("up unless on (job) count by (job) (d) and on () job:e:rate5m"), "d job:e:rate5m up");
    assert_eq!(
        found("histogram_quantile(0.99, sum by (le) (rate(f_bucket[$__rate_interval]))) or absent(g)"),
        "f_bucket g"
    );
    assert_eq!(found("max(h) without (i)"), "h");
    let told = BTreeMap::from([("a".to_owned(), "histogram".to_owned()), ("b".to_owned(), "gauge".to_owned())]);
    let is = |name| is_told(&told, name);
    assert!(is("a_bucket") && is("b") && !is("a") && !is("b_count") && !is("c"));
}
