//! Where the evidence goes. That it can go there is found out before anything is run for it.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use stack::cli::CrashArgs;
use stack::t;
use stack::term;

use super::{Summary, html, junit};

/// Makes sure that all that is asked for can be written, and makes the report's folder.
///
/// # Errors
/// Something cannot; nothing was changed then but that folder.
pub fn check(args: &CrashArgs) -> Result<()> {
    let cannot = |path: &Path| {
        let path = path.display();
        t!("the evidence cannot be written to {path}", "impossible d'écrire les preuves dans {path}")
    };
    if let Some(folder) = &args.report {
        fs::create_dir_all(folder).with_context(|| cannot(folder))?;
    }
    let in_report = args.report.iter().flat_map(|folder| [html_in(folder), json_in(folder)]);
    for file in in_report.chain(args.json.clone()).chain(args.junit.clone()) {
        let is_new = !file.exists();
        OpenOptions::new().append(true).create(true).open(&file).with_context(|| cannot(&file))?;
        if is_new {
            fs::remove_file(&file).with_context(|| cannot(&file))?;
        }
    }
    Ok(())
}

/// Writes what was asked for.
///
/// # Errors
/// A file cannot be written.
pub fn write(summary: &Summary, args: &CrashArgs) -> Result<()> {
    if let Some(folder) = &args.report {
        let html = html_in(folder);
        put(&html, &html::page(summary).into_string())?;
        put(&json_in(folder), &serde_json::to_string_pretty(summary)?)?;
        let html = html.display();
        term::say(&t!("evidence: {html}", "preuves\u{a0}: {html}"));
    }
    if let Some(path) = &args.json {
        put(path, &serde_json::to_string_pretty(summary)?)?;
    }
    if let Some(path) = &args.junit {
        put(path, &junit::document(summary))?;
    }
    Ok(())
}

fn html_in(folder: &Path) -> PathBuf {
    folder.join("report.html")
}

fn json_in(folder: &Path) -> PathBuf {
    folder.join("report.json")
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use stack::temp::TempFolder;

    use super::*;
    use crate::matrix::args_of;

    fn checked(option: &str, path: &Path) -> Result<()> {
        check(&args_of(&[option, &path.display().to_string()]))
    }

    #[test]
    fn a_target_that_cannot_be_is_refused_and_says_so() {
        let folder = TempFolder::new("targets").unwrap();
        let file = folder.path().join("a-file");
        fs::write(&file, "kept").unwrap();
        let refused = [
            ("--report", file.clone()),
            ("--report", file.join("below")),
            ("--json", folder.path().to_owned()),
            ("--json", folder.path().join("no/such/folder.json")),
            ("--junit", folder.path().to_owned()),
        ];
        for (option, path) in refused {
            let error = format!("{:#}", checked(option, &path).expect_err(option));
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
        checked("--json", &file).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "kept", "only looked at");
        checked("--report", &folder.path().join("new/report")).unwrap();
        checked("--junit", &folder.path().join("new.xml")).unwrap();
        assert!(!folder.path().join("new.xml").exists());
    }
}
