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
    for outcome in &summary.outcomes {
        let (name, round, time) = (escaped(&outcome.name), outcome.round, outcome.took.as_secs_f64());
        let _ = write!(xml, "<testcase classname=\"crash.round{round}\" name=\"{name}\" time=\"{time:.3}\"");
        let _ = match &outcome.error {
            None => writeln!(xml, "/>"),
            Some(error) => writeln!(xml, "><failure>{}</failure></testcase>", escaped(error)),
        };
    }
    xml.push_str("</testsuite>\n</testsuites>\n");
    xml
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
    use super::*;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("a<b> & \"c\"\u{1b}"), "a&lt;b&gt; &amp; &quot;c&quot;");
    }
}
