//! The audit's verdict. An order under way is no failure, and is not told like one.

use audit::Outcome;
use maud::{Markup, html};
use problem_types::Language;

use super::icons;
use crate::page::seen::Seen;
use crate::page::texts as t;

/// How one check stands: it holds, it will once what is on its way has arrived, or it does not.
fn looks(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome { ok: true, .. } => ("good", icons::CHECK),
        Outcome { passing: true, .. } => ("wait", icons::HOURGLASS),
        Outcome { .. } => ("bad", icons::CROSS),
    }
}

/// The verdict in a line.
pub(super) fn headline(seen: &Seen, language: Language) -> Markup {
    let Some(verdict) = &seen.audit.verdict else {
        return icons::state("wait", icons::HOURGLASS, t::AUDIT_NOT_YET.get(language));
    };
    if seen.audit.is_old {
        return icons::state("wait", icons::HOURGLASS, t::AUDIT_AWAY.get(language));
    }
    let checks = verdict.checks.len();
    let failed = verdict.checks.iter().filter(|check| !check.ok && !check.passing);
    if verdict.is_clean() {
        icons::state("good", icons::CHECK, t::all_hold(checks, seen.books.total).get(language))
    } else if verdict.may_pass() {
        icons::state("wait", icons::HOURGLASS, t::under_way(seen.books.under_way).get(language))
    } else {
        let parked = seen.books.queues.iter().map(|queues| queues.parked).sum();
        let said = if parked > 0 && failed.clone().all(is_parked) {
            t::needs_a_person(parked)
        } else {
            t::broken(failed.count(), checks)
        };
        icons::state("bad", icons::CROSS, said.get(language))
    }
}

/// Whether a check fails because something is set aside, and for that alone.
fn is_parked(check: &Outcome) -> bool {
    check.name.ends_with("has nothing parked")
}

/// The verdict with what does not hold, or not yet.
pub(super) fn verdict(seen: &Seen, language: Language) -> Markup {
    let checks = seen.audit.verdict.iter().flat_map(|verdict| &verdict.checks);
    let open: Vec<&Outcome> = checks.filter(|check| !check.ok).collect();
    let class = match open.iter().any(|check| !check.passing) {
        true => "bad",
        false if open.is_empty() && seen.audit.verdict.is_some() && !seen.audit.is_old => "good",
        false => "wait",
    };
    html! {
        div class={ "say " (class) } {
            p { (headline(seen, language)) }
            (list(&open, language))
        }
    }
}

/// Every check.
pub(super) fn checks(seen: &Seen, language: Language) -> Markup {
    let all: Vec<&Outcome> = seen.audit.verdict.iter().flat_map(|verdict| &verdict.checks).collect();
    list(&all, language)
}

/// What was found; of what is only under way how much, and not each of them.
fn found(outcome: &Outcome, language: Language) -> String {
    let detail = if outcome.passing && !outcome.ok { outcome.detail.split(": ").next() } else { None };
    t::detail(detail.unwrap_or(&outcome.detail), language)
}

fn list(outcomes: &[&Outcome], language: Language) -> Markup {
    html! {
        ul.plain.tight.checks {
            @for outcome in outcomes {
                @let (class, shape) = looks(outcome);
                li {
                    span class=(class) { (icons::icon(shape)) }
                    span {
                        (t::check_name(outcome.name, language))
                        " " span.quiet { (found(outcome, language)) }
                    }
                }
            }
        }
    }
}
