//! Shapes: a state is told by its shape and its word, and by its colour only after those.

use maud::{Markup, html};

/// Paths within 16 by 16; drawn here, because no font has them everywhere.
pub(super) const DISC: &str = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z";
pub(super) const RING: &str = "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 2.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8z";
pub(super) const BARS: &str = "M3 2h3.5v12H3zM9.5 2H13v12H9.5z";
pub(super) const CROSS: &str =
    "M3.6 1.5 8 5.9l4.4-4.4 2.1 2.1L10.1 8l4.4 4.4-2.1 2.1L8 10.1l-4.4 4.4-2.1-2.1L5.9 8 1.5 3.6z";
pub(super) const CHECK: &str = "M13.2 2.6 15.4 4.7 6.4 14 .9 8.4l2.1-2.1 3.4 3.4z";
pub(super) const TURN: &str = "M8 2a6 6 0 1 0 6 6h-2.6A3.4 3.4 0 1 1 8 4.6V7l5-3.6L8 0z";
pub(super) const ARROW: &str = "M2 1.5 14.5 8 2 14.5z";
pub(super) const HOURGLASS: &str = "M3 1h10v3L9.5 8l3.5 4v3H3v-3l3.5-4L3 4zM5.5 3.2 8 6.2l2.5-3z";
pub(super) const BACK: &str = "M7 2v4h3a4.5 4.5 0 0 1 0 9H5v-2.6h5a1.9 1.9 0 0 0 0-3.8H7v4L1 7.3z";

pub(super) fn icon(path: &str) -> Markup {
    html! { svg.icon viewBox="0 0 16 16" aria-hidden="true" { path d=(path) fill-rule="evenodd" {} } }
}

/// A state: its shape, its word, and the class that colours both.
pub(super) fn state(class: &str, path: &str, word: &str) -> Markup {
    html! { span class={ "state " (class) } { (icon(path)) span { (word) } } }
}
