//! A CSV file whose columns are known; each fault gets its file and line.

use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, bail};
use csv::StringRecord;

use crate::t;

/// A CSV file whose columns are known.
pub(super) struct Table {
    path: PathBuf,
    columns: [&'static str; 5],
    reader: csv::Reader<File>,
}

impl Table {
    pub fn open(folder: &Path, (name, columns): (&str, [&'static str; 5])) -> Result<Self> {
        let path = folder.join(name);
        let file = File::open(&path).with_context(|| path.display().to_string())?;
        let mut reader = csv::Reader::from_reader(file);
        let headers = reader.headers().with_context(|| path.display().to_string())?;
        if headers != columns.as_slice() {
            let (file, found, wanted) =
                (path.display(), headers.iter().collect::<Vec<_>>().join(","), columns.join(","));
            bail!(
                "{}",
                t!(
                    "{file}, line 1: the columns are {found}, and must be {wanted}",
                    "{file}, ligne 1\u{a0}: les colonnes sont {found}, et doivent être {wanted}"
                )
            );
        }
        Ok(Self { path, columns, reader })
    }

    /// Hands each record over, and gives the error its file and line.
    pub fn each(mut self, mut take: impl FnMut(&Row) -> Result<()>) -> Result<()> {
        let path = self.path.display();
        for record in self.reader.records() {
            // The reader's own error names the line.
            let record = record.with_context(|| path.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = Row { columns: self.columns, record };
            take(&row).with_context(|| t!("{path}, line {line}", "{path}, ligne {line}"))?;
        }
        Ok(())
    }
}

/// A record with its columns' names.
pub(super) struct Row {
    columns: [&'static str; 5],
    record: StringRecord,
}

impl Row {
    pub fn text(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    pub fn number<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T> {
        let text = self.text(column);
        text.parse().map_err(|error| anyhow!("{column} {text:?}: {error}"))
    }
}
