//! The processes, what can be done to each, and the points at which one can be made to die.

use std::time::Duration;

use maud::{Markup, html};
use problem_types::Language;
use stack::store::{MemberState, Name, State};

use super::{icons, waits};
use crate::matrix::points;
use crate::page::seen::Seen;
use crate::page::texts as t;
use crate::point::PLACES;
use crate::words::seconds;

/// A state as a class sees it: its colour, its shape.
fn looks(state: State) -> (&'static str, &'static str) {
    match state {
        State::Running => ("good", icons::DISC),
        State::Paused => ("wait", icons::BARS),
        State::Restarting => ("wait", icons::TURN),
        State::Down => ("bad", icons::CROSS),
    }
}

fn shown(member: &MemberState, language: Language) -> Markup {
    let (class, shape) = looks(member.state);
    icons::state(class, shape, t::state(member.state).get(language))
}

/// All of them in a line.
pub(super) fn short(seen: &Seen, language: Language) -> Markup {
    html! {
        @for member in &seen.members {
            @let (class, shape) = looks(member.state);
            span class={ "state " (class) } {
                (icons::icon(shape))
                span { (member.name) " " span.word { (t::state(member.state).get(language)) } }
            }
        }
    }
}

pub(super) fn processes(seen: &Seen, language: Language) -> Markup {
    html! {
        table {
            thead { tr {
                th scope="col" { (t::PROCESS.get(language)) }
                th scope="col" { (t::STATE.get(language)) }
                th.number scope="col" { (t::MEMORY.get(language)) }
                th.number scope="col" { (t::RESTARTS.get(language)) }
                th scope="col" { (t::DO.get(language)) }
            } }
            tbody {
                @for member in &seen.members {
                    tr id={ "p-" (member.name) } {
                        th scope="row" { (member.name) " " span.quiet { (t::role(member.name).get(language)) } }
                        td { (shown(member, language)) " " span.quiet { (since(member, language)) } }
                        td.number { (memory(member, language)) }
                        td.number { (member.restarts) }
                        td { (buttons(member, language)) }
                    }
                }
            }
        }
    }
}

/// The same three places for every state, so that a button is found where its opposite was.
fn buttons(member: &MemberState, language: Language) -> Markup {
    let alive = matches!(member.state, State::Running | State::Paused);
    let (pause, pause_word) = if member.state == State::Paused { ("resume", t::RESUME) } else { ("pause", t::PAUSE) };
    let (down, down_word) = if alive { ("take-down", t::TAKE_DOWN) } else { ("bring-up", t::BRING_UP) };
    let name = member.name;
    let button = |deed: &str, word: &str, class: Option<&str>, disabled: bool| {
        html! {
            form method="post" action={ "/processes/" (name) "/" (deed) } data-stay {
                button class=[class] type="submit" aria-disabled=[waits(disabled)] aria-label={ (word) " " (name) } { (word) }
            }
        }
    };
    html! {
        div.row {
            (button("kill", t::KILL.get(language), Some("danger"), !alive))
            (button(pause, pause_word.get(language), None, !alive))
            (button(down, down_word.get(language), None, false))
        }
    }
}

/// Since when it is so: alive, or dead.
fn since(member: &MemberState, language: Language) -> String {
    let is_dead = matches!(member.state, State::Down | State::Restarting);
    let since = if is_dead { member.died_at.unwrap_or(member.since) } else { member.since };
    // Whole seconds: a tenth that flickers says nothing.
    let span = Duration::from_secs(since.elapsed().unwrap_or_default().as_secs());
    let whole = if span < Duration::from_mins(2) { format!("{}\u{a0}s", span.as_secs()) } else { seconds(span).0 };
    language.choose(format!("for {whole}"), format!("depuis {whole}"))
}

fn memory(member: &MemberState, language: Language) -> String {
    match member.memory {
        Some(memory) => {
            format!("{}\u{a0}{}", memory.now_bytes / 1_000_000, language.choose("MB", "Mo"))
        }
        None => "–".to_owned(),
    }
}

/// The form that arms a point, of those that there are; it does not change while one looks, so that a choice is not
/// lost.
pub(super) fn arm_form(language: Language) -> Markup {
    let all = points::all();
    let groups = Name::SERVICES.into_iter().flat_map(|service| PLACES.map(|place| (service, place)));
    html! {
        form method="post" action="/points" data-stay {
            div.row {
                label { (t::POINT.get(language))
                    select name="point" {
                        @for (service, place) in groups {
                            @let here = all.iter().filter(|(name, point)| (*name, point.place.as_str()) == (service, place));
                            @let words = t::place(place).map(|words| words.get(language).to_owned()).unwrap_or_default();
                            optgroup label={ (service) "\u{a0}: " (words) } {
                                @for (_, point) in here { option value={ (service) "/" (point) } { (service) " " (point) } }
                            }
                        }
                    }
                }
                label { (t::PASSAGE.get(language)) input name="passage" type="number" min="1" max="1000000" value="1" required; }
                button type="submit" { (t::ARM.get(language)) }
            }
        }
    }
}

pub(super) fn armed(seen: &Seen, language: Language) -> Markup {
    html! {
        ul.plain {
            @for armed in &seen.armed {
                li.row id={ "armed-" (armed.service) } {
                    (icons::state("bad", icons::ARROW, &armed.service.to_string()))
                    code { (armed.point.to_string()) } " " (t::PASSAGE.get(language)) " " (armed.passage)
                    form method="post" action={ "/points/" (armed.service) "/disarm" } data-stay {
                        button type="submit" { (t::DISARM.get(language)) }
                    }
                }
            }
            @if seen.armed.is_empty() { li.quiet { (t::NOTHING_ARMED.get(language)) } }
        }
    }
}
