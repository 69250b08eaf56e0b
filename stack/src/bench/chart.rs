//! A figure as a picture: a bar a side, how far its rounds lie apart, and where the promise is.

use super::table::{compared, promised, value};
use super::{Figure, Goal, Median, Spread};
use crate::t;

const WIDTH: f64 = 760.0;
/// Where bars begin, and how long the longest is.
const LEFT: f64 = 90.0;
const SPAN: f64 = 500.0;
/// Where the first bar stands, how high it is, and the distance to the next.
const TOP: f64 = 70.0;
const HIGH: f64 = 22.0;
const STEP: f64 = 34.0;
/// What fits on a line of the header.
const LINE_CHARS: usize = 120;

const STYLE: &str = "text{font-family:system-ui,sans-serif;font-size:13px;fill:#222}.big{font-size:16px;\
                     font-weight:600}.small{font-size:11px;fill:#666}.ours{fill:#0072b2}.limit{fill:#999}\
                     .spread{stroke:#222;stroke-width:1.5}.goal{stroke:#d55e00;stroke-width:2;\
                     stroke-dasharray:5 3}.promise{fill:#a84800}";

/// The picture; below the bars stand the lines of `header`: the machine, the versions, the method.
#[must_use]
pub fn svg(figure: &Figure, header: &[String]) -> String {
    let mut sides = vec![(t!("store", "magasin"), "ours", figure.ours)];
    sides.extend(figure.limit.map(|limit| (t!("limit", "limite"), "limit", limit)));
    let scale = SPAN / longest(figure);
    let mut parts = vec![
        text((16.0, 26.0), "big", figure.title.chosen()),
        text((16.0, 46.0), "small", &format!("{}: {}", figure.against.chosen(), compared(figure))),
    ];
    let mut top = TOP;
    for (name, class, spread) in &sides {
        parts.extend(bar(figure, (name, class), *spread, (top, scale)));
        top += STEP;
    }
    for goal in &figure.goals {
        let Some(at) = place(figure, *goal) else { continue };
        // Across the store's bar alone: it is that which should reach it, or not pass it.
        let (x, y1, y2) = (LEFT + at * scale, TOP - 8.0, TOP + HIGH + 6.0);
        parts.push(format!(r#"<line class="goal" x1="{x:.1}" y1="{y1}" x2="{x:.1}" y2="{y2}"/>"#));
    }
    let promises: Vec<String> = figure.goals.iter().map(|goal| in_words(figure, *goal)).collect();
    if !promises.is_empty() {
        parts.push(text((LEFT, top + 12.0), "promise", &promises.join("; ")));
        top += 20.0;
    }
    for line in header.iter().flat_map(|line| folded(line)) {
        top += 16.0;
        parts.push(text((16.0, top), "small", &line));
    }
    let (height, body) = (top + 14.0, parts.join("\n"));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <style>{STYLE}</style>\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n{body}\n</svg>\n"
    )
}

fn bar(figure: &Figure, (name, class): (&str, &str), spread: Spread, (top, scale): (f64, f64)) -> [String; 4] {
    let Spread { median, min, max } = spread;
    let (middle, long) = (top + HIGH / 2.0, (median * scale).max(1.0));
    let (x1, x2) = (LEFT + min * scale, LEFT + max * scale);
    let end = x2.max(LEFT + long) + 8.0;
    [
        text((16.0, middle + 4.0), "name", name),
        format!(r#"<rect class="{class}" x="{LEFT}" y="{top}" width="{long:.1}" height="{HIGH}"/>"#),
        format!(r#"<line class="spread" x1="{x1:.1}" y1="{middle}" x2="{x2:.1}" y2="{middle}"/>"#),
        text((end, middle + 4.0), "value", &value(figure.unit, median)),
    ]
}

/// The largest value that has to be seen.
fn longest(figure: &Figure) -> f64 {
    let sides = [Some(figure.ours), figure.limit].into_iter().flatten().map(|spread| spread.max);
    let goals = figure.goals.iter().filter_map(|goal| place(figure, *goal));
    sides.chain(goals).fold(f64::MIN_POSITIVE, f64::max)
}

/// Where on the store's own scale a goal lies.
fn place(figure: &Figure, goal: Goal) -> Option<f64> {
    match goal.of {
        Median::Ours => Some(goal.value),
        Median::Compared => figure.limit.map(|limit| limit.median * goal.value),
    }
}

fn in_words(figure: &Figure, goal: Goal) -> String {
    let promise = promised(figure, goal);
    if goal.met {
        t!("promised {promise}: kept", "promis {promise}\u{a0}: tenu")
    } else {
        t!("promised {promise}: missed", "promis {promise}\u{a0}: manqué")
    }
}

/// A line of several statements as lines that are not too long.
fn folded(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in line.split_inclusive("; ") {
        match lines.last_mut() {
            Some(last) if last.chars().count() + part.chars().count() <= LINE_CHARS => last.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    lines
}

fn text((x, y): (f64, f64), class: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{text}</text>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(limit: Option<f64>) -> Figure {
        let spread = |median: f64| serde_json::json!({"median": median, "min": median, "max": median});
        let text = serde_json::json!({"en": "a < b & c", "fr": "lectures"});
        let goals = serde_json::json!([{"of": "compared", "must_be": "at_least", "value": 0.5, "met": false}]);
        serde_json::from_value(serde_json::json!({
            "name": "reads", "title": text, "against": text, "unit": "per_second", "comparison": "ratio",
            "ours": spread(25.0), "limit": limit.map(spread), "compared": limit.map(spread), "goals": goals,
        }))
        .unwrap()
    }

    #[test]
    fn bars_are_as_long_as_what_they_stand_for_and_the_goal_is_where_it_is() {
        let picture = svg(&figure(Some(100.0)), &["a machine".to_owned()]);
        assert!(picture.contains(r#"<rect class="limit" x="90" y="104" width="500.0""#), "{picture}");
        assert!(picture.contains(r#"<rect class="ours" x="90" y="70" width="125.0""#), "{picture}");
        assert!(picture.contains(r#"<line class="goal" x1="340.0""#) && picture.contains("missed"), "{picture}");
        assert!(picture.contains("a &lt; b &amp; c") && picture.contains("a machine"), "{picture}");
    }

    #[test]
    fn long_lines_are_folded_between_statements() {
        let long = format!("{}; {}; c", "a".repeat(100), "b".repeat(100));
        assert_eq!(folded(&long), [format!("{}; ", "a".repeat(100)), format!("{}; c", "b".repeat(100))]);
    }

    #[test]
    fn without_a_limit_there_is_one_bar_and_no_place_for_a_ratio() {
        let picture = svg(&figure(None), &[]);
        assert!(!picture.contains("class=\"limit\"") && !picture.contains("class=\"goal\""), "{picture}");
    }
}
