//! The cases as `JUnit` XML, the dialect that test runners agree on: suites of cases, each with its time and failure.

use std::fmt::Write as _;

use super::Summary;

/// The document.
pub(super) fn document(summary: &Summary) -> String {
    let (cases, failed) = (summary.all.cases, summary.all.cases - summary.all.held);
    let time = summary.took.as_secs_f64();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let head = format!("tests=\"{cases}\" failures=\"{failed}\" time=\"{time:.3}\"");
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "<testsuites {head}>\n<testsuite name=\"crash\" {head}>");
    let _ = writeln!(xml, "<properties>");
    for (name, value) in properties(summary) {
        let _ = writeln!(xml, "<property name=\"{name}\" value=\"{}\"/>", escaped(&value));
    }
    let _ = writeln!(xml, "</properties>");
    for outcome in &summary.outcomes {
        let (name, round, time) = (escaped(&outcome.name), outcome.round, outcome.took.as_secs_f64());
        let _ = write!(xml, "<testcase classname=\"crash.round{round}\" name=\"{name}\" time=\"{time:.3}\"");
        let _ = match &outcome.error {
            None => writeln!(xml, "/>"),
            Some(error) => {
                let again = outcome.again.as_deref().unwrap_or_default();
                writeln!(xml, "><failure>{}</failure></testcase>", escaped(&format!("{error}\nagain: {again}")))
            }
        };
    }
    xml.push_str("</testsuite>\n</testsuites>\n");
    xml
}

/// What was asked for, and where it ran.
fn properties(summary: &Summary) -> Vec<(&'static str, String)> {
    let setup = &summary.setup;
    vec![
        ("version", setup.version.to_owned()),
        ("cores", setup.cores.to_string()),
        ("seed", setup.seed.to_string()),
        ("planned", summary.planned.to_string()),
        ("short", setup.short.to_string()),
        ("only", setup.only.join(" ")),
        ("mutation", setup.mutation.clone().unwrap_or_default()),
        ("rounds", setup.rounds.to_string()),
        ("jobs", setup.jobs.to_string()),
        ("patience_s", setup.patience_s.to_string()),
        ("command", setup.command()),
    ]
}

/// Text as it may stand in XML, control characters left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::matrix::{Outcome, Setup, args_of};

    #[test]
    fn a_failed_case_says_how_to_run_it_again_and_the_suite_what_it_was_run_with() {
        let args = args_of(&["--mutation", "inbox-off", "--short"]);
        let failed = Outcome { error: Some("why".to_owned()), ..Outcome::new("paid/redis/killed".to_owned(), 3) };
        let xml = document(&Summary::of(vec![failed], Setup::of(&args, 7), 1, Duration::ZERO));
        assert!(xml.contains("<property name=\"mutation\" value=\"inbox-off\"/>"), "{xml}");
        let again = "again: cargo stack crash --only 'paid/redis/killed' --rounds 3 --seed 7 --patience 120 --short";
        assert!(xml.contains(again), "{xml}");
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("a<b> & \"c\"\u{1b}"), "a&lt;b&gt; &amp; &quot;c&quot;");
    }
}
