//! The evidence as one file that needs nothing else, to be read, printed, handed in or filed.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use stack::lang::{self, Lang};
use stack::t;
use stack::term;

use super::{Summary, chart};
use crate::matrix::{Outcome, words};

const STYLE: &str = "
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.8rem; } .verdict { font-size: 1.4rem; font-weight: 700; padding: .5rem 1rem; border-left: .5rem solid; }
.good { border-color: #0a6b2d; } .bad { border-color: #b00020; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }
th.number { text-align: right; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { width: 100%; } svg text { font-size: 11px; } svg circle { fill: #1f4fa3; fill-opacity: .6; }
svg .grid { stroke: #ddd; } svg .limit { stroke: #b00020; stroke-dasharray: 5 3; }
details { margin: .3rem 0; } summary { cursor: pointer; } code { font-size: .95em; }
@media print { details { break-inside: avoid; } }
";

/// The page.
pub(super) fn page(summary: &Summary) -> Markup {
    let language = if lang::current() == Lang::French { "fr" } else { "en" };
    let title = t!("The crash laboratory: evidence", "Le laboratoire d'arrêts brutaux\u{a0}: preuves");
    let time = term::seconds(summary.took);
    let (at, seed) = (summary.at.format("%Y-%m-%d %H:%M:%S UTC"), summary.setup.seed);
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                (verdict(summary))
                p { (t!("{at}, in {time}, seed {seed}", "{at}, en {time}, graine {seed}")) }
                h2 { (t!("What was killed", "Ce qui a été tué")) }
                (kinds(summary))
                @if let Some(chart) = chart::recovery_times(summary) {
                    h2 { (t!("From death to handling again", "De l'arrêt brutal à la reprise")) }
                    (chart)
                    ol { @for kind in chart::columns(summary) { li { (kind.text()) } } }
                }
                h2 { (t!("Every case", "Chaque cas")) }
                @for outcome in &summary.outcomes { (case(outcome)) }
            }
        }
    }
}

fn verdict(summary: &Summary) -> Markup {
    let words = format!("{} {}", if summary.all_hold() { "✓" } else { "✗" }, summary.verdict());
    html! { p.verdict.good[summary.all_hold()].bad[!summary.all_hold()] { (words) } }
}

fn kinds(summary: &Summary) -> Markup {
    let ms = |ms: Option<i64>| ms.map_or_else(String::new, |ms| format!("{ms} ms"));
    html! {
        table {
            tr {
                th { (t!("where", "où")) }
                th.number { (t!("cases that hold", "cas qui tiennent")) }
                th.number { (t!("deaths", "arrêts")) }
                th.number { (t!("handling again, median", "reprise, médiane")) }
                th.number { "p99" }
            }
            @for kind in &summary.kinds {
                tr {
                    td { @if kind.tally.held == kind.tally.cases { "✓ " } @else { "✗ " } (kind.text()) }
                    td.number { (kind.tally.held) " / " (kind.tally.cases) }
                    td.number { (kind.tally.deaths) }
                    td.number { (ms(kind.tally.p50_ms)) }
                    td.number { (ms(kind.tally.p99_ms)) }
                }
            }
        }
    }
}

fn case(outcome: &Outcome) -> Markup {
    let first = outcome.timeline.first().map(|step| step.at);
    html! {
        details open[!outcome.ok] {
            summary {
                @if outcome.ok { "✓ " } @else { "✗ " }
                code { (outcome.name) }
                @if let Some(id) = outcome.order_id { (t!(", order {id}", ", commande {id}")) }
            }
            @if let Some(error) = &outcome.error { pre { (error) } }
            ul {
                @for blow in &outcome.blows {
                    li {
                        (blow.at.format("%H:%M:%S%.3f")) " " strong { (blow.process.as_str()) } " " (blow.what.text().get(words::language()))
                        @if let Some(ms) = blow.handled_again_ms {
                            (t!(", handling again after {ms} ms", ", reprise après {ms} ms"))
                        }
                    }
                }
            }
            table {
                @for step in &outcome.timeline {
                    tr {
                        td.number { "+" ((step.at - first.unwrap_or(step.at)).num_milliseconds()) " ms" }
                        td { (step.service) }
                        td { (step.event_type) }
                    }
                }
            }
            @for other in &outcome.others {
                p { (other.error) }
                table { @for step in &other.timeline { tr { td { (step.service) } td { (step.event_type) } } } }
            }
            ul {
                @for line in &outcome.audit {
                    li { @if line.ok { "✓ " } @else { "✗ " } (line.name) ": " (line.detail) }
                }
            }
        }
    }
}
