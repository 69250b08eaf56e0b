//! The documents: every link leads somewhere, every file and test that is named exists, every command is understood.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;
use stack::cli::Cli;

/// Folders with Markdown that is not ours.
const NOT_OURS: [&str; 2] = ["target", "node_modules"];
/// Decisions name files as they were on their day.
const DECISIONS: &str = "docs/adr";

/// A document.
pub struct Page {
    /// From the root of the repository.
    pub path: PathBuf,
    pub text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn pages() -> Vec<Page> {
    let (mut pages, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let path = folder.join(&name);
            if entry.file_type().unwrap().is_dir() {
                if !name.starts_with('.') && !NOT_OURS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|kind| kind == "md") {
                pages.push(Page { text: fs::read_to_string(root().join(&path)).unwrap(), path });
            }
        }
    }
    assert!(pages.len() > 40, "only {} documents were found", pages.len());
    pages
}

impl Page {
    /// Its lines outside of code blocks, or those inside.
    pub fn lines(&self, in_code: bool) -> impl Iterator<Item = &str> {
        let mut inside = false;
        self.text.lines().filter(move |line| {
            let is_fence = line.trim_start().starts_with("```");
            inside ^= is_fence;
            !is_fence && inside == in_code
        })
    }

    /// What stands between backticks.
    pub fn quoted(&self) -> impl Iterator<Item = &str> {
        self.lines(false).flat_map(|line| line.split('`').skip(1).step_by(2))
    }

    /// Where its links lead to, as they are written.
    fn links(&self) -> impl Iterator<Item = &str> {
        let targets = self.lines(false).flat_map(|line| line.split("](").skip(1));
        targets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
    }

    /// The anchors of its headings, as hosts of Markdown make them: lower case, spaces as hyphens, no other signs.
    fn anchors(&self) -> BTreeSet<String> {
        let headings = self.lines(false).filter(|line| line.starts_with('#'));
        let kept = |sign: char| match sign {
            ' ' => Some('-'),
            sign if sign.is_alphanumeric() || sign == '-' || sign == '_' => Some(sign),
            _ => None,
        };
        let of_headings =
            headings.map(|line| line.trim_start_matches('#').trim().to_lowercase().chars().filter_map(kept).collect());
        let written = self.lines(false).filter_map(|line| line.split_once("<a id=\"")?.1.split_once('"'));
        of_headings.chain(written.map(|(anchor, _)| anchor.to_owned())).collect()
    }
}

/// Fails with all faults at once.
pub fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let by_path: BTreeMap<PathBuf, &Page> =
        pages.iter().map(|page| (root().join(&page.path).canonicalize().unwrap(), page)).collect();
    let mut faults = Vec::new();
    for page in &pages {
        for link in page.links().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let target = if file.is_empty() { page.path.clone() } else { page.path.parent().unwrap().join(file) };
            let Ok(whole) = root().join(&target).canonicalize() else {
                faults.push(format!("{}: there is no {link}", page.path.display()));
                continue;
            };
            if let (Some(anchor), Some(found)) = (anchor, by_path.get(&whole))
                && !found.anchors().contains(anchor)
            {
                faults.push(format!("{}: there is no heading for {link}", page.path.display()));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_file_and_test_that_is_named_exists() {
    let rooms: BTreeSet<String> =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut faults = Vec::new();
    for page in pages().iter().filter(|page| !page.path.starts_with(DECISIONS)) {
        for quoted in page.quoted() {
            let (file, function) = quoted
                .split_once(".rs::")
                .map_or((quoted.to_owned(), None), |(file, function)| (format!("{file}.rs"), Some(function)));
            let is_path = file.chars().all(|sign| sign.is_ascii_alphanumeric() || "/._-".contains(sign));
            let room = file.split('/').next().unwrap_or_default();
            if !is_path || !file.contains('/') || !rooms.contains(room) {
                continue;
            }
            let path = root().join(&file);
            let holds =
                |function| fs::read_to_string(&path).is_ok_and(|text| text.contains(&format!("fn {function}(")));
            if !path.exists() {
                faults.push(format!("{}: there is no {file}", page.path.display()));
            } else if function.is_some_and(|function| !holds(function)) {
                faults.push(format!("{}: there is no {quoted}", page.path.display()));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_command_is_understood() {
    let (mut faults, mut seen) = (Vec::new(), 0);
    for page in pages() {
        for line in page.lines(true).map(str::trim).chain(page.quoted()) {
            let said = line.split(" #").next().unwrap_or_default();
            // A setting may stand before it; what has an ellipsis is no command but a way to speak of several.
            let said =
                said.split_once("cargo stack").filter(|(before, _)| before.trim().contains('=') || before.is_empty());
            let Some((_, arguments)) = said.filter(|_| !line.contains('…')) else { continue };
            seen += 1;
            let words = ["cargo stack"].into_iter().chain(arguments.split_whitespace());
            if let Err(error) = Cli::try_parse_from(words)
                && !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
            {
                faults.push(format!("{}: `{line}`: {error}", page.path.display()));
            }
        }
    }
    assert!(seen > 40, "only {seen} commands were found");
    none(&faults);
}
