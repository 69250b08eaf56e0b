//! What the page shows, as HTML: whole pages, and the parts of them that change while one looks.
//!
//! A part is rendered in one place, for the page as it is first sent and for every change of it afterwards.

mod audit;
mod frame;
mod icons;
mod orders;
mod processes;
mod queues;
mod scenario;
mod timeline;

use axum::response::Response;
use maud::{Markup, html};
use problem_types::Language;

use super::seen::{Reset, Seen};
use super::texts as t;
use crate::scenarios::Scenario;

pub(super) use frame::{door, notice};

/// A page that is kept as the laboratory is.
#[derive(Clone, Copy, Debug)]
pub(super) enum View {
    Scenarios,
    Scenario(&'static Scenario),
    Workbench,
    Order(u64),
    /// The question whether to begin again.
    Reset,
}

impl View {
    /// Its address.
    pub fn path(self) -> String {
        match self {
            Self::Scenarios => "/".to_owned(),
            Self::Scenario(scenario) => format!("/scenarios/{}", scenario.slug),
            Self::Workbench => "/workbench".to_owned(),
            Self::Order(id) => format!("/orders/{id}"),
            Self::Reset => "/reset".to_owned(),
        }
    }

    /// The orders whose timelines it shows.
    pub fn orders(self, seen: &Seen) -> Vec<u64> {
        match self {
            Self::Order(id) => vec![id],
            Self::Scenario(scenario) => scenario::orders(scenario, seen),
            Self::Scenarios | Self::Workbench | Self::Reset => Vec::new(),
        }
    }

    /// Its parts that change, each with the id of the element that it fills.
    pub fn parts(self, seen: &Seen, language: Language) -> Vec<(&'static str, Markup)> {
        let mut parts = vec![("strip", strip(seen, language))];
        match self {
            Self::Scenarios => {}
            Self::Scenario(scenario) => parts.extend([
                ("steps", scenario::steps(scenario, seen, language)),
                ("controls", scenario::controls(scenario, seen, language)),
                ("timelines", scenario::timelines(scenario, seen, language)),
                ("queues", queues::queues(seen, language)),
            ]),
            Self::Workbench => parts.extend([
                ("processes", processes::processes(seen, language)),
                ("armed", processes::armed(seen, language)),
                ("flow", orders::flow(seen, language)),
                ("orders", orders::orders(seen, language)),
                ("queues", queues::queues(seen, language)),
                ("audit", audit::verdict(seen, language)),
                ("checks", audit::checks(seen, language)),
                ("happenings", happenings(seen, language)),
            ]),
            Self::Order(id) => parts.push(("timelines", timeline::timeline(id, seen, language))),
            Self::Reset => parts.push(("reset", frame::reset(seen, language))),
        }
        parts
    }

    /// The whole page.
    pub fn page(self, seen: &Seen, language: Language) -> Response {
        let parts = self.parts(seen, language);
        let part = |id: &str| parts.iter().find(|(name, _)| *name == id).map(|(_, markup)| markup);
        // Its element has the id, and what is in it is put there again whenever it differs.
        let slot = |id: &str| html! { div id=(id) { @if let Some(markup) = part(id) { (markup) } } };
        let (title, body) = match self {
            Self::Scenarios => (t::SCENARIOS.get(language).to_owned(), scenario::list(language)),
            Self::Scenario(scenario) => {
                (scenario.title.get(language).to_owned(), scenario::page(scenario, seen, &slot, language))
            }
            Self::Workbench => (t::WORKBENCH.get(language).to_owned(), workbench(&slot, language)),
            Self::Order(id) => {
                let title = t::order_title(id);
                let title = title.get(language);
                (title.to_owned(), html! { h1 { (title) } div.card { (slot("timelines")) } })
            }
            Self::Reset => (t::RESET_TITLE.get(language).to_owned(), html! { div.card.narrow { (slot("reset")) } }),
        };
        frame::page(self, &title, &slot("strip"), &body, language)
    }
}

/// Of a button that can do nothing now. It is not disabled: that would take the focus from whoever pressed it.
fn waits(it_does: bool) -> Option<&'static str> {
    it_does.then_some("true")
}

/// What holds for all pages: the verdict, and the processes.
fn strip(seen: &Seen, language: Language) -> Markup {
    html! {
        @match seen.reset {
            Reset::UnderWay => p.say.wait role="status" { (icons::state("wait", icons::HOURGLASS, t::RESETTING.get(language))) },
            Reset::Failed => p.say.bad role="alert" { (icons::state("bad", icons::CROSS, t::RESET_FAILED.get(language))) },
            Reset::No => div.strip {
                span.verdict-word role="status" { (audit::headline(seen, language)) }
                (processes::short(seen, language))
            },
        }
    }
}

fn workbench(slot: &dyn Fn(&str) -> Markup, language: Language) -> Markup {
    html! {
        h1 { (t::WORKBENCH.get(language)) }
        div.stack {
            section.card {
                h2 { (t::PROCESSES.get(language)) }
                div.wide { (slot("processes")) }
                p.quiet { (t::PROCESSES_HELP.get(language)) }
            }
            div.columns {
                div {
                    section.card {
                        h2 { (t::ORDERS.get(language)) }
                        (orders::buttons(language))
                        (slot("flow"))
                        (slot("orders"))
                    }
                    section.card { h2 { (t::QUEUES.get(language)) } (slot("queues")) }
                }
                div {
                    section.card {
                        h2 { (t::AUDIT.get(language)) }
                        (slot("audit"))
                        details { summary { (t::ALL_CHECKS.get(language)) } (slot("checks")) }
                    }
                    section.card {
                        h2 { (t::CRASH_POINTS.get(language)) }
                        (processes::arm_form(language))
                        (slot("armed"))
                        p.quiet { (t::CRASH_POINTS_HELP.get(language)) }
                    }
                    section.card { h2 { (t::HAPPENINGS.get(language)) } (slot("happenings")) }
                }
            }
        }
    }
}

/// The script writes the times as the reader's clock shows them.
fn happenings(seen: &Seen, language: Language) -> Markup {
    html! {
        ul.plain.tight.happenings aria-live="polite" {
            @for happening in &seen.happenings {
                @let at = happening.at;
                li id={ "h" (at.timestamp_micros()) } {
                    time datetime=(at.to_rfc3339()) { (at.format("%H:%M:%S UTC")) }
                    (happening.what.get(language))
                }
            }
            @if seen.happenings.is_empty() { li.quiet { (t::NOTHING_HAPPENED.get(language)) } }
        }
    }
}
