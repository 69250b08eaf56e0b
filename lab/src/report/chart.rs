//! Recovery times as a picture: one dot a death, a column a kind, time upwards.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped};
use stack::t;

use super::kind::kind;
use super::{Kind, Summary};
use crate::matrix::recoveries;

const HEIGHT: i64 = 260;
const COLUMN: i64 = 60;
const LEFT: i64 = 60;
const BOTTOM: i64 = 40;
/// The line that no recovery should be above, in milliseconds.
const LIMIT_MS: i64 = 1_000;

/// An SVG of all recoveries; nothing when there are none.
pub(super) fn recovery_times(summary: &Summary) -> Option<Markup> {
    let most = summary.outcomes.iter().flat_map(recoveries).max()?.max(LIMIT_MS) * 11 / 10;
    let y = |ms: i64| HEIGHT - ms * HEIGHT / most;
    let kinds: Vec<&Kind> = columns(summary).collect();
    let width = LEFT + COLUMN * i64::try_from(kinds.len()).unwrap_or(1);
    let height = HEIGHT + BOTTOM;
    let label = t!("recovery times in milliseconds", "temps de reprise en millisecondes");
    // Never larger than it is drawn: few columns would fill the page.
    let mut svg = format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">"
    );
    // About six lines, at whole quarters of a second, and the limit's.
    let step = usize::try_from((most / 6 / 250).max(1) * 250).unwrap_or(250);
    let lines = (0..=most).step_by(step).filter(|ms| (ms - LIMIT_MS).abs() * 12 > most || *ms == LIMIT_MS);
    for ms in lines.filter(|ms| *ms != LIMIT_MS).chain([LIMIT_MS]) {
        let (y, class) = (y(ms), if ms == LIMIT_MS { "limit" } else { "grid" });
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{width}\" y1=\"{y}\" y2=\"{y}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{ms} ms</text>",
            LEFT - 4,
            y + 4
        );
    }
    for (column, of) in (0..).zip(&kinds) {
        let (middle, name) = (LEFT + COLUMN * column + COLUMN / 2, of.text());
        let of_kind = summary.outcomes.iter().filter(|outcome| kind(&outcome.name) == of.name);
        let times = of_kind.flat_map(recoveries);
        for (nth, ms) in (0..).zip(times) {
            // Beside each other, so that equal ones are seen.
            let x = middle + (nth % 9 - 4) * 5;
            let _ = write!(svg, "<circle cx=\"{x}\" cy=\"{}\" r=\"3\"><title>{name}: {ms} ms</title></circle>", y(ms));
        }
        let _ = write!(svg, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>", HEIGHT + 16, column + 1);
    }
    svg.push_str("</svg>");
    Some(PreEscaped(svg))
}

/// The kinds that have a column, in its order.
pub(super) fn columns(summary: &Summary) -> impl Iterator<Item = &Kind> {
    summary.kinds.iter().filter(|kind| kind.tally.timed > 0)
}
