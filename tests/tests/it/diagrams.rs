//! Every diagram in the documents is drawn by Mermaid in a real browser, as a host of Markdown does.

use std::fs;

use serde_json::{Value, json};
use stack::temp::TempFolder;
use tests::{Ended, tools};

use crate::documents::{Page, pages};

/// The diagrams of a page, each with the file and the line of its first line.
fn diagrams(page: &Page) -> Vec<Value> {
    let (mut found, mut open) = (Vec::new(), None);
    for (place, line) in page.text.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some("mermaid")) => Some((place + 2, Vec::new())),
            (Some((line, lines)), Some(_)) => {
                let text: Vec<&str> = lines;
                found.push(json!({ "file": page.path, "line": line, "text": text.join("\n") }));
                None
            }
            (Some((first, mut lines)), None) => {
                lines.push(line);
                Some((first, lines))
            }
            (None, _) => None,
        };
    }
    found
}

async fn draw(diagrams: &[Value]) -> Ended {
    let folder = TempFolder::new("diagrams").unwrap();
    let file = folder.path().join("diagrams.json");
    fs::write(&file, Value::from(diagrams).to_string()).unwrap();
    tools::node("diagrams.cjs", &[file.to_str().unwrap()]).await
}

#[tokio::test]
async fn every_diagram_can_be_drawn() {
    let diagrams: Vec<Value> = pages().iter().flat_map(diagrams).collect();
    assert!(diagrams.len() > 20, "only {} diagrams were found", diagrams.len());
    let drawn = draw(&diagrams).await;
    assert!(drawn.status.success(), "{}", drawn.output);
    assert!(drawn.output.contains(&format!("{} diagrams", diagrams.len())), "{}", drawn.output);
}

#[tokio::test]
async fn a_diagram_that_cannot_be_drawn_is_named_by_file_and_line() {
    let page = |path: &str, text: &str| Page { path: path.into(), text: text.to_owned() };
    let good = page("good.md", "```mermaid\nflowchart LR\n    a --> b\n```\n");
    let bad = page("bad.md", "# Title\n\n```mermaid\nflowchart LR\n    a --> \n    --> b[\n```\n");
    let drawn = draw(&[diagrams(&good), diagrams(&bad)].concat()).await;
    assert!(!drawn.status.success(), "{}", drawn.output);
    assert!(drawn.output.contains("bad.md:4: "), "{}", drawn.output);
    assert!(!drawn.output.contains("good.md"), "{}", drawn.output);
}
