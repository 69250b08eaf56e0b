//! `logs`: what the processes of `up` have written, and write.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cli::LogsArgs;
use crate::interrupt;
use crate::store::Name;
use crate::t;
use crate::term;
use crate::workspace::Workspace;

/// How often a followed log is looked at.
const POLL: Duration = Duration::from_millis(200);

/// A log and how far it was read.
struct Log {
    name: &'static str,
    path: PathBuf,
    read: u64,
}

/// Runs the verb.
pub fn run(args: &LogsArgs) -> Result<ExitCode> {
    let folder = Workspace::find()?.stack_folder().join("logs");
    let wanted = Name::ALL.iter().filter(|name| args.name.as_ref().is_none_or(|wanted| wanted == name.as_str()));
    let mut logs: Vec<Log> =
        wanted.map(|name| Log { name: name.as_str(), path: folder.join(format!("{name}.log")), read: 0 }).collect();
    let several = logs.len() > 1;
    let mut found = false;
    for log in &mut logs {
        let Ok(text) = log.news() else { continue };
        found = true;
        show(log.name, last_lines(&text, args.lines), several)?;
    }
    if !found {
        let folder = folder.display();
        anyhow::bail!(
            "{}",
            t!(
                "no logs in {folder}: nothing was started here yet",
                "pas de journaux dans {folder}\u{a0}: rien n'a encore été démarré ici"
            )
        );
    }
    while args.follow && !interrupt::arrived() {
        std::thread::sleep(POLL);
        for log in &mut logs {
            let text = log.news().unwrap_or_default();
            show(log.name, &text, several)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Log {
    /// What was written since the last look: whole lines only, the rest comes next time.
    fn news(&mut self) -> Result<String> {
        let mut file = File::open(&self.path).with_context(|| self.path.display().to_string())?;
        if file.metadata()?.len() < self.read {
            // A new `up` began a new file.
            self.read = 0;
        }
        file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        bytes.truncate(whole);
        self.read += whole as u64;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn show(name: &str, text: &str, with_name: bool) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for line in text.lines() {
        if with_name {
            writeln!(out, "{} {line}", term::cyan(&format!("{name:<15}")))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn last_lines(text: &str, count: usize) -> &str {
    let from =
        text.trim_end_matches('\n').rmatch_indices('\n').nth(count.saturating_sub(1)).map_or(0, |(at, _)| at + 1);
    if count == 0 { "" } else { &text[from..] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_lines_from_the_end() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc\n");
        assert_eq!(last_lines("a\nb\n", 9), "a\nb\n");
        assert_eq!(last_lines("a\nb\n", 0), "");
        assert_eq!(last_lines("", 3), "");
    }
}
