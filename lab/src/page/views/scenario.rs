//! The scenarios to choose from, and one of them: its text for the class, its steps, and what to look at meanwhile.

use maud::{Markup, html};
use problem_types::Language;

use super::{icons, timeline, waits};
use crate::page::seen::Seen;
use crate::page::texts as t;
use crate::scenarios::{ALL, Progress, Scenario, StepState};

/// Seeds that can be typed: few enough figures to be called through a classroom.
const HIGHEST_SEED: u32 = 9_999;

pub(super) fn list(language: Language) -> Markup {
    html! {
        h1 { (t::SCENARIOS.get(language)) }
        p { (t::CHOOSE.get(language)) }
        ul.choice {
            @for scenario in &ALL {
                li.card {
                    a href={ "/scenarios/" (scenario.slug) } { (scenario.title.get(language)) }
                    p { (scenario.what.get(language)) }
                }
            }
        }
    }
}

/// The text for the class first, over the whole width, folded once the first step is begun; below it the steps, and
/// beside them what to look at, the timeline first.
pub(super) fn page(scenario: &Scenario, seen: &Seen, slot: &dyn Fn(&str) -> Markup, language: Language) -> Markup {
    html! {
        h1 { (scenario.title.get(language)) }
        div.stack {
            details.card open[progress(scenario, seen).is_none()] {
                summary { (t::FOR_THE_CLASS.get(language)) }
                div.brief {
                    section { h2 { (t::WHAT.get(language)) } p { (scenario.what.get(language)) } }
                    section { h2 { (t::WHY.get(language)) } p { (scenario.why.get(language)) } }
                }
            }
            div.columns.run {
                section.card.steps-card {
                    h2.unsaid { (t::STEPS.get(language)) }
                    div.controls { (slot("controls")) }
                    (slot("steps"))
                }
                div {
                    section.card { h2 { (t::TIMELINE.get(language)) } (slot("timelines")) }
                    section.card.queues { h2 { (t::QUEUES.get(language)) } (slot("queues")) }
                    section.card {
                        h2 { (t::LOOK.get(language)) }
                        ul { @for look in scenario.look { li { (look.get(language)) } } }
                    }
                }
            }
        }
    }
}

/// The run of this scenario, if it is the one that was begun last.
fn progress<'s>(scenario: &Scenario, seen: &'s Seen) -> Option<&'s Progress> {
    seen.scenario.as_ref().filter(|progress| progress.scenario.slug == scenario.slug)
}

pub(super) fn orders(scenario: &Scenario, seen: &Seen) -> Vec<u64> {
    let orders = progress(scenario, seen).map(|progress| progress.orders.iter().map(|(id, _)| *id).collect());
    orders.unwrap_or_default()
}

/// The buttons. None of them comes or goes while one looks, so that the focus stays where it is; the seed can be chosen
/// before the first step.
pub(super) fn controls(scenario: &Scenario, seen: &Seen, language: Language) -> Markup {
    let progress = progress(scenario, seen);
    let is_busy = seen.scenario.as_ref().is_some_and(|progress| progress.is_at_work);
    let is_over = progress.is_some_and(|progress| !is_busy && progress.next().is_none());
    let half_done = half_done(scenario, seen);
    let (go, how) = (waits(is_busy || is_over), progress.filter(|progress| progress.is_at_work));
    let next = if half_done.is_some() && !is_busy { t::INSTEAD } else { t::NEXT_STEP };
    let (how, end) = if how.is_some() { ("break-off", t::BREAK_OFF) } else { ("forget", t::AGAIN) };
    let slug = scenario.slug;
    html! {
        @if let Some(other) = half_done { (question(other, language)) }
        div.row id="buttons" {
            form method="post" action={ "/scenarios/" (slug) } data-stay {
                button.go type="submit" name="go" value="one" aria-disabled=[go] { (next.get(language)) }
                button type="submit" name="go" value="all" aria-disabled=[go] { (t::ALL_STEPS.get(language)) }
                label { (t::SEED.get(language))
                    input name="seed" type="number" min="0" max=(HIGHEST_SEED) required title=(t::SEED_HELP.get(language))
                        readonly[progress.is_some()] value=(progress.map_or(seen.seed(), |progress| progress.seed));
                }
                @if let Some(other) = half_done { input type="hidden" name="instead" value=(other.scenario.slug); }
            }
            form method="post" action={ "/scenarios/" (slug) "/again" } data-stay {
                button type="submit" name="how" value=(how) aria-disabled=[waits(progress.is_none())] { (end.get(language)) }
            }
        }
    }
}

/// Another scenario that has steps to come; to begin this one would end it.
fn half_done<'s>(scenario: &Scenario, seen: &'s Seen) -> Option<&'s Progress> {
    let other = seen.scenario.as_ref().filter(|progress| progress.scenario.slug != scenario.slug)?;
    Some(other).filter(|progress| progress.is_at_work || progress.next().is_some())
}

fn question(other: &Progress, language: Language) -> Markup {
    let title = &other.scenario.title;
    let said = if other.is_at_work { t::at_work(title) } else { t::half_done(title) };
    html! {
        p.say.wait id="elsewhere" role="status" {
            (said.get(language)) " "
            a href={ "/scenarios/" (other.scenario.slug) } { (t::GO_THERE.get(language)) }
        }
    }
}

pub(super) fn steps(scenario: &'static Scenario, seen: &Seen, language: Language) -> Markup {
    let fresh = Progress::new(scenario, 0);
    let progress = progress(scenario, seen).unwrap_or(&fresh);
    let next = progress.next();
    html! {
        ol.steps aria-live="polite" {
            @for (at, (step, done)) in scenario.steps.iter().zip(&progress.steps).enumerate() {
                @let (class, shape, word) = looks(done.state, Some(at) == next);
                li class=(class) aria-current=[(class == "next").then_some("step")] {
                    p.what {
                        span class=(colour(done.state)) { (icons::icon(shape)) }
                        span.says { (at + 1) ". " (step.says.get(language)) }
                        span class={ "word " (colour(done.state)) } { (word.get(language)) }
                    }
                    @if let Some(happened) = &done.happened { p.happened { (happened.get(language)) } }
                }
            }
        }
    }
}

fn looks(state: StepState, is_next: bool) -> (&'static str, &'static str, problem_types::Text) {
    match state {
        StepState::ToCome if is_next => ("next", icons::ARROW, t::STEP_NEXT),
        StepState::ToCome => ("", icons::RING, t::STEP_TO_COME),
        StepState::Running => ("running", icons::HOURGLASS, t::STEP_RUNNING),
        StepState::Done => ("done", icons::CHECK, t::STEP_DONE),
        StepState::Failed => ("failed", icons::CROSS, t::STEP_FAILED),
    }
}

fn colour(state: StepState) -> &'static str {
    match state {
        StepState::ToCome => "quiet",
        StepState::Running => "wait",
        StepState::Done => "good",
        StepState::Failed => "bad",
    }
}

/// The timelines of its orders: the first one whole, because it is the one that the crash hits, and of the others where
/// they stand.
pub(super) fn timelines(scenario: &Scenario, seen: &Seen, language: Language) -> Markup {
    let orders = orders(scenario, seen);
    html! {
        @if orders.is_empty() { p.quiet { (t::NO_ORDER_YET.get(language)) } }
        @for (at, id) in orders.into_iter().enumerate() {
            @if at == 0 {
                section id={ "t-" (id) } {
                    h3 { a href={ "/orders/" (id) } { (t::order_title(id).get(language)) } }
                    (timeline::timeline(id, seen, language))
                }
            } @else {
                details id={ "t-" (id) } {
                    summary { b { (t::order_title(id).get(language)) } " " (timeline::short(id, seen, language)) }
                    (timeline::timeline(id, seen, language))
                }
            }
        }
    }
}
