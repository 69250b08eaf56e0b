//! A case in the evidence: what happened to its order and what was done meanwhile, and what the audit said.

use maud::{Markup, html};
use stack::t;

use crate::checks;
use crate::matrix::{Another, Blow, Outcome, TimelineStep};
use crate::report::rows::{Happened, Row, rows};
use crate::words::terminals_language;

pub(super) fn case(outcome: &Outcome) -> Markup {
    let round = outcome.round;
    html! {
        details.case open[!outcome.ok] {
            summary {
                @if outcome.ok { "✓ " } @else { "✗ " }
                code { (outcome.name) }
                @if round > 1 { (t!(", round {round}", ", tour {round}")) }
                @if let Some(id) = outcome.order_id { (t!(", order {id}", ", commande {id}")) }
            }
            @if let Some(error) = &outcome.error { pre { (error) } }
            @if let Some(again) = &outcome.again { p { (t!("again:", "à nouveau\u{a0}:")) " " code { (again) } } }
            (timeline(&outcome.timeline, &outcome.blows))
            @for other in &outcome.others { (another(other, &outcome.blows)) }
            (audit(outcome))
        }
    }
}

/// Somebody else's order that went wrong under the same blows.
fn another(other: &Another, blows: &[Blow]) -> Markup {
    let (course, id) = (other.course, other.order_id.map_or_else(String::new, |id| format!(" {id}")));
    html! {
        p { strong { (t!("An order of the load, order{id} ({course}):", "Une commande de la charge, commande{id} ({course})\u{a0}:")) } }
        pre { (other.error) }
        (timeline(&other.timeline, blows))
    }
}

fn timeline(timeline: &[TimelineStep], blows: &[Blow]) -> Markup {
    html! {
        table {
            thead { tr {
                th.number scope="col" { (t!("When", "Quand")) }
                th scope="col" { (t!("Who", "Qui")) }
                th scope="col" { (t!("What happened", "Ce qui s’est passé")) }
            } }
            tbody { @for row in rows(timeline, blows) { (line(&row)) } }
        }
    }
}

fn line(row: &Row<'_>) -> Markup {
    let when = format!("{:+}\u{a0}ms", row.offset_ms).replace('-', "−");
    let minutes = row.clock_ahead_min.abs();
    html! {
        tr.blow[matches!(row.what, Happened::Blow(_))] {
            td.number { (when) }
            @match row.what {
                Happened::Event(step) => {
                    td { (step.service) }
                    td {
                        (step.event_type)
                        @if row.clock_ahead_min > 0 { (t!(", by a clock {minutes} min ahead", ", selon une horloge qui avance de {minutes} min")) }
                        @if row.clock_ahead_min < 0 { (t!(", by a clock {minutes} min behind", ", selon une horloge qui retarde de {minutes} min")) }
                    }
                }
                Happened::Blow(blow) => {
                    td { (blow.process.as_str()) }
                    td {
                        (blow.what.text().get(terminals_language()))
                        @if let Some(ms) = blow.handled_again_ms {
                            (t!(", handling again after {ms} ms", ", reprise après {ms} ms"))
                        }
                    }
                }
            }
        }
    }
}

/// Folded where every check holds, also on paper: it says the same of each case.
fn audit(outcome: &Outcome) -> Markup {
    let checks = outcome.audit.len();
    if checks == 0 {
        return html! { p { (t!("The audit could not be read.", "L'audit n'a pas pu être lu.")) } };
    }
    if outcome.audit.iter().any(|line| !line.ok) {
        return html! { p { (t!("The audit:", "L'audit\u{a0}:")) } (lines(outcome)) };
    }
    html! {
        details {
            summary { (t!("The audit: all {checks} checks hold", "L'audit\u{a0}: les {checks} vérifications sont bonnes")) }
            (lines(outcome))
        }
    }
}

fn lines(outcome: &Outcome) -> Markup {
    html! {
        ul.audit {
            @for line in &outcome.audit {
                li {
                    @if line.ok { "✓ " } @else { "✗ " }
                    (checks::check_name(&line.name, terminals_language())) ": " (checks::detail(&line.detail, terminals_language()))
                }
            }
        }
    }
}
