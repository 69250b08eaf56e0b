//! The last orders with where they stand, and the buttons that place some.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use problem_types::Language;

use super::icons;
use crate::course::Course;
use crate::page::seen::{Order, Seen};
use crate::page::texts as t;
use crate::words;

pub(super) fn buttons(language: Language) -> Markup {
    html! {
        p id="place-order" { (t::PLACE_ORDER.get(language)) }
        div.row role="group" aria-labelledby="place-order" {
            @for course in Course::FOUR {
                form method="post" action="/orders" data-stay {
                    button type="submit" name="course" value=(course) { (words::course(course).get(language)) }
                }
            }
        }
    }
}

pub(super) fn flow(seen: &Seen, language: Language) -> Markup {
    let (word, on) = if seen.flow.is_on() { (t::FLOW_STOP, "no") } else { (t::FLOW_START, "yes") };
    html! {
        form method="post" action="/flow" data-stay {
            button type="submit" name="on" value=(on) { (word.get(language)) }
        }
    }
}

pub(super) fn orders(seen: &Seen, language: Language) -> Markup {
    if seen.books.orders.is_empty() {
        return html! { p.quiet { (t::NO_ORDERS.get(language)) } };
    }
    html! {
        (old(seen, language))
        table {
            thead { tr {
                th scope="col" { (t::ORDER.get(language)) }
                th scope="col" { (t::STATE.get(language)) }
                th.number scope="col" { (t::AMOUNT.get(language)) }
                th.number scope="col" { (t::LAST_MOVE.get(language)) }
            } }
            tbody {
                @for order in &seen.books.orders {
                    tr id={ "o-" (order.id) } {
                        th scope="row" { a href={ "/orders/" (order.id) } { (t::order_title(order.id).get(language)) } }
                        td { (status(order, language)) }
                        td.number { (words::amount(&order.amount, language)) }
                        td.number { (ago(order.moved_at)) }
                    }
                }
            }
        }
    }
}

/// The note that figures are old, where they are.
pub(super) fn old(seen: &Seen, language: Language) -> Markup {
    html! {
        @if seen.books.is_old {
            p.say.wait role="status" { (icons::state("wait", icons::HOURGLASS, t::DATABASE_AWAY.get(language))) }
        }
    }
}

fn status(order: &Order, language: Language) -> Markup {
    let word = words::status(&order.status, language);
    shown(&order.status, order.has_ended, &word)
}

/// A state of an order: how it ended, or that it is under way.
pub(super) fn shown(status: &str, has_ended: bool, word: &str) -> Markup {
    match status {
        "cancelled" if has_ended => icons::state("", icons::BACK, word),
        _ if has_ended => icons::state("good", icons::CHECK, word),
        _ => icons::state("wait", icons::HOURGLASS, word),
    }
}

/// How long ago, in whole seconds.
pub(super) fn ago(moment: DateTime<Utc>) -> String {
    let seconds = (Utc::now() - moment).num_seconds().max(0);
    match seconds {
        ..120 => format!("{seconds}\u{a0}s"),
        120..7_200 => format!("{}\u{a0}min", seconds / 60),
        _ => format!("{}\u{a0}h", seconds / 3_600),
    }
}
