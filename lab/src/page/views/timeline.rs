//! One order's timeline: what was expected, what happened, what is still to come and for how long it is waited for.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use problem_types::Language;

use super::{icons, orders};
use crate::page::seen::{Occurrence, Seen, Timeline};
use crate::page::texts as t;
use crate::words;

/// A line of a timeline.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    /// It was expected and has happened.
    Met(&'a str),
    /// It has happened and was not expected.
    Unexpected(&'a str),
    /// It is expected and has not happened.
    ToCome(&'a str),
}

/// What happened, in its order, each held against what was expected; then what is still to come.
///
/// Two services tell of an order, and one's event may be seen before the other's although it is of a later step. So
/// an event is expected if one of its type is still missing, wherever.
fn lines<'a>(expected: &[&'a str], happened: &[&'a str]) -> Vec<Line<'a>> {
    let mut missing = expected.to_vec();
    let mut lines = Vec::new();
    for event_type in happened {
        match missing.iter().position(|expected| expected == event_type) {
            Some(at) => lines.push(Line::Met(missing.remove(at))),
            None => lines.push(Line::Unexpected(event_type)),
        }
    }
    lines.extend(missing.into_iter().map(Line::ToCome));
    lines
}

/// What is expected of an order: what its course says, where it was placed here, else what the store says itself.
fn expected<'a>(id: u64, seen: &Seen, timeline: &'a Timeline) -> Vec<&'a str> {
    let of_course = seen.courses.get(&id).and_then(|course| course.end());
    let told = timeline.events.iter().map(|event| &event.event_type).chain(&timeline.steps_to_come);
    match of_course {
        Some((_, events)) => events,
        None => told.map(String::as_str).collect(),
    }
}

/// Where the order stands, and what it waits for, in a line.
pub(super) fn short(id: u64, seen: &Seen, language: Language) -> Markup {
    let Some(timeline) = seen.timelines.get(&id) else { return html! {} };
    let happened: Vec<&str> = timeline.events.iter().map(|event| event.event_type.as_str()).collect();
    let next = lines(&expected(id, seen, timeline), &happened).into_iter().find_map(|line| match line {
        Line::ToCome(event_type) => Some(event_type),
        Line::Met(_) | Line::Unexpected(_) => None,
    });
    let status = words::status(&timeline.status, language);
    html! {
        (orders::shown(&timeline.status, next.is_none(), &status))
        @if let Some(next) = next { " – " (next) ", " (t::TO_COME.get(language)) }
    }
}

pub(super) fn timeline(id: u64, seen: &Seen, language: Language) -> Markup {
    let Some(timeline) = seen.timelines.get(&id) else {
        return html! { p.quiet { (t::NO_SUCH_ORDER.get(language)) } };
    };
    let happened: Vec<&str> = timeline.events.iter().map(|event| event.event_type.as_str()).collect();
    let lines = lines(&expected(id, seen, timeline), &happened);
    let first = timeline.events.first();
    let next = lines.iter().position(|line| matches!(line, Line::ToCome(_)));
    let status = words::status(&timeline.status, language);
    html! {
        p { (orders::shown(&timeline.status, next.is_none(), &status)) }
        @if timeline.is_old { p.say.wait role="status" { (icons::state("wait", icons::HOURGLASS, t::FROM_TABLES.get(language))) } }
        div.wide { table {
            thead { tr {
                th scope="col" { (t::EXPECTED.get(language)) }
                th scope="col" { (t::ACTUAL.get(language)) }
                th scope="col" { (t::BY.get(language)) }
                th.number scope="col" { (t::WHEN.get(language)) }
            } }
            tbody {
                @for (at, line) in lines.iter().enumerate() {
                    @match line {
                        Line::Met(event_type) => tr {
                            th scope="row" { (icons::state("good", icons::CHECK, event_type)) }
                            (fact(&timeline.events[at], first, language))
                        },
                        Line::Unexpected(event_type) => tr {
                            th scope="row" { (icons::state("bad", icons::CROSS, &format!("{event_type}, {}", t::NOT_EXPECTED.get(language)))) }
                            (fact(&timeline.events[at], first, language))
                        },
                        Line::ToCome(event_type) => (to_come(event_type, waiting_since(timeline).filter(|_| Some(at) == next), language)),
                    }
                }
            }
        } }
    }
}

fn fact(event: &Occurrence, first: Option<&Occurrence>, language: Language) -> Markup {
    let offset = first.map(|first| (event.occurred_at - first.occurred_at).to_std().unwrap_or_default());
    let (english, french) = words::seconds(offset.unwrap_or_default());
    html! {
        td { @if let Some(meaning) = t::meaning(&event.event_type) { (meaning.get(language)) } }
        td.service { (event.service_name) }
        td.number { "+" (language.choose(english, french)) }
    }
}

/// Since when the next step is waited for: what happened last, or that the order was placed.
fn waiting_since(timeline: &Timeline) -> Option<DateTime<Utc>> {
    timeline.events.last().map(|event| event.occurred_at).or(timeline.placed_at)
}

/// A step that has not come; of the next one, how long it is waited for.
fn to_come(event_type: &str, since: Option<DateTime<Utc>>, language: Language) -> Markup {
    html! {
        tr class={ "to-come" @if since.is_some() { " waiting" } } {
            th scope="row" { (icons::state("", if since.is_some() { icons::HOURGLASS } else { icons::RING }, event_type)) }
            td colspan="2" { (t::TO_COME.get(language)) }
            td.number { @if let Some(since) = since { (orders::ago(since)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Line::{Met, ToCome, Unexpected};

    #[test]
    fn what_has_not_happened_is_still_to_come() {
        assert_eq!(lines(&["A", "B", "C"], &["A"]), [Met("A"), ToCome("B"), ToCome("C")]);
        assert_eq!(lines(&["A"], &[]), [ToCome("A")]);
    }

    #[test]
    fn an_event_that_overtakes_another_is_expected_all_the_same() {
        assert_eq!(lines(&["A", "End", "Paid"], &["A", "Paid"]), [Met("A"), Met("Paid"), ToCome("End")]);
    }

    #[test]
    fn an_order_of_which_nothing_was_told_is_waited_for_since_it_was_placed() {
        let placed_at = Some(DateTime::<Utc>::UNIX_EPOCH);
        let at = |second| DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::seconds(second);
        let mut timeline =
            Timeline { status: String::new(), events: Vec::new(), steps_to_come: Vec::new(), is_old: false, placed_at };
        assert_eq!(waiting_since(&timeline), placed_at);
        let event =
            |second| Occurrence { event_type: String::new(), service_name: String::new(), occurred_at: at(second) };
        timeline.events = vec![event(1), event(2)];
        assert_eq!(waiting_since(&timeline), Some(at(2)));
        let shown = to_come("StockDecreased", placed_at, Language::En).into_string();
        assert!(shown.contains("waiting") && shown.contains("\u{a0}h"), "{shown}");
    }

    #[test]
    fn one_too_many_is_not_expected() {
        assert_eq!(lines(&["A", "B"], &["A", "A", "B"]), [Met("A"), Unexpected("A"), Met("B")]);
        assert_eq!(lines(&["End", "End"], &["End", "End"]), [Met("End"), Met("End")]);
    }
}
