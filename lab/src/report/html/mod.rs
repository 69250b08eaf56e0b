//! The evidence as one file that needs nothing else, to be read, printed, handed in or filed.

mod case;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use stack::t;

use super::{Summary, chart};
use crate::course::Course;
use crate::matrix::words;
use crate::point::PLACES;
use crate::words::{course, place, terminals_language};

const STYLE: &str = include_str!("style.css");

/// The page.
pub(super) fn page(summary: &Summary) -> Markup {
    let title = t!("Crash laboratory: evidence", "Laboratoire de pannes\u{a0}: preuves");
    html! {
        (DOCTYPE)
        html lang=(terminals_language().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.verdict.good[summary.all_hold()].bad[!summary.all_hold()] {
                    @if summary.all_hold() { "✓ " } @else { "✗ " } (summary.verdict())
                }
                p { (words::recoveries(&summary.all)) }
                (setup(summary))
                h2 { (t!("How to read this", "Comment lire ces preuves")) }
                (reading())
                h2 { (t!("What was killed", "Ce qui a été tué")) }
                (kinds(summary))
                @if let Some(chart) = chart::recovery_times(summary) {
                    h2 { (t!("From death to handling again", "De l'arrêt brutal à la reprise")) }
                    p { (t!(
                        "One dot a death, one column a kind. The red line is at one second: a recovery above it was slow, which is no failure of a case.",
                        "Un point par arrêt brutal, une colonne par sorte. La ligne rouge est à une seconde\u{a0}: une reprise au-dessus a été lente, ce qui ne fait échouer aucun cas."
                    )) }
                    (chart)
                    ol.columns { @for kind in chart::columns(summary) { li { (kind.text()) } } }
                }
                h2 { (t!("Every case", "Chaque cas")) }
                @for outcome in &summary.outcomes { (case::case(outcome)) }
            }
        }
    }
}

/// What was asked for, and where it ran.
fn setup(summary: &Summary) -> Markup {
    let setup = &summary.setup;
    let rows = [
        (t!("ended", "fin"), summary.at.format("%Y-%m-%d %H:%M:%S UTC").to_string()),
        (t!("version", "version"), setup.version.to_owned()),
        (t!("processors", "processeurs"), setup.cores.to_string()),
        (t!("seed", "graine"), setup.seed.to_string()),
        (t!("cases planned", "cas prévus"), summary.planned.to_string()),
        (t!("stores at the same time", "magasins en même temps"), setup.jobs.to_string()),
        (t!("patience", "patience"), format!("{} s", setup.patience_s)),
    ];
    html! {
        dl {
            @for (name, value) in rows { dt { (name) } dd { (value) } }
            @if let Some(mutation) = &setup.mutation {
                dt { (t!("deliberate fault", "faute délibérée")) } dd { code { (mutation) } }
            }
            dt { (t!("again", "à nouveau")) } dd { code { (setup.command()) } }
        }
    }
}

fn reading() -> Markup {
    html! {
        p { (t!(
            "A case is one order that goes a course and is struck meanwhile: the first part of its name is the course, the rest says who is struck by what. In the end the order must be as the course says, with exactly its events; the stock must be right; and the audit of the whole store must find no fault.",
            "Un cas est une commande qui suit un parcours et qu'une panne frappe en chemin\u{a0}: le début de son nom est le parcours, la suite dit qui est frappé, et par quoi. À la fin, la commande doit être telle que le dit le parcours, avec exactement ses événements\u{202f}; le stock doit être juste\u{202f}; et l'audit de tout le magasin ne doit trouver aucune faute."
        )) }
        p { (t!("Courses, of an order that", "Les parcours, d'une commande qui")) }
        dl { @for of in Course::ALL { dt { code { (of.name()) } } dd { (course(of).get(terminals_language())) } } }
        p { (t!(
            "Crash points: at that very place in its code the service dies, as by SIGKILL",
            "Les points de panne\u{a0}: à cet endroit précis de son code, le service meurt, comme par SIGKILL"
        )) }
        dl { @for name in PLACES { dt { code { (name) } } dd { @if let Some(text) = place(name) { (text.get(terminals_language())) } } } }
    }
}

fn kinds(summary: &Summary) -> Markup {
    let ms = |ms: Option<i64>| ms.map_or_else(String::new, |ms| format!("{ms} ms"));
    html! {
        table {
            thead { tr {
                th scope="col" { (t!("where", "où")) }
                th.number scope="col" { (t!("cases that hold", "cas qui tiennent")) }
                th.number scope="col" { (t!("deaths", "arrêts brutaux")) }
                th.number scope="col" { (t!("with a time", "mesurés")) }
                th.number scope="col" { (t!("handling again, median", "reprise, médiane")) }
                th.number scope="col" { "p99" }
            } }
            tbody { @for kind in &summary.kinds {
                @let tally = &kind.tally;
                tr {
                    th scope="row" { @if tally.held == tally.cases { "✓ " } @else { "✗ " } (kind.text()) }
                    td.number { (tally.held) " / " (tally.cases) }
                    td.number { (tally.deaths) }
                    td.number { (tally.timed) }
                    td.number { (ms(tally.p50_ms)) }
                    td.number { (ms(tally.p99_ms)) }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::matrix::{Another, Outcome, Setup, args_of};

    /// A report of one case that failed, by an order of the load.
    fn failed() -> Summary {
        let args = args_of(&["--mutation", "inbox-off", "--short", "--patience", "15"]);
        let timeline = serde_json::from_str(
            r#"{"event_type": "OrderPaid", "service_name": "store-manager", "occurred_at": "2026-01-01T00:00:00Z"}"#,
        );
        let timeline = vec![stack::http::Event::into(timeline.unwrap())];
        let other = Another { course: Course::Paid, error: "it stands".to_owned(), order_id: Some(147), timeline };
        let outcome = Outcome {
            error: Some("why".to_owned()),
            others: vec![other],
            ..Outcome::new("refunded/kafka/killed/under-load".to_owned(), 2)
        };
        Summary::of(vec![outcome], Setup::of(&args, 7), 1, Duration::from_secs(1))
    }

    #[test]
    fn the_page_says_what_it_takes_to_judge_and_to_repeat_it() {
        let page = page(&failed()).into_string();
        let again = "cargo stack crash --only 'refunded/kafka/killed/under-load' --rounds 2 --seed 7 --patience 15 --short --mutation inbox-off";
        for text in [env!("CARGO_PKG_VERSION"), "inbox-off", "relay.after-ack", "short-of-stock", again] {
            assert!(page.contains(&html! { (text) }.into_string()), "{text} is missing in:\n{page}");
        }
    }

    #[test]
    fn an_order_of_the_load_that_failed_is_shown_with_its_timeline() {
        let page = page(&failed()).into_string();
        assert!(page.contains("147") && page.contains("it stands") && page.contains("OrderPaid"), "{page}");
    }
}
