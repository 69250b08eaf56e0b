//! How far a run has come, in a file: what a process was at is known even when it died of it.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// Of a number that is not known, or does not apply.
const NONE: u64 = u64::MAX;

/// What stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The first of the inputs in hand; nothing before the first and after the last.
    pub at: Option<u64>,
    /// Resident memory when the run had warmed up, in bytes.
    pub warm_bytes: Option<u64>,
    /// Resident memory, in bytes, a short while ago.
    pub now_bytes: Option<u64>,
}

/// The writer's end.
pub(super) struct Progress(File);

impl Progress {
    pub fn create(path: &Path) -> Self {
        let mut progress = Self(File::create(path).expect("a file for the progress"));
        progress.write(State { at: None, warm_bytes: None, now_bytes: None });
        progress
    }

    pub fn write(&mut self, state: State) {
        let words = [state.at, state.warm_bytes, state.now_bytes].map(|word| word.unwrap_or(NONE).to_le_bytes());
        self.0.seek(SeekFrom::Start(0)).expect("the beginning");
        self.0.write_all(words.as_flattened()).expect("the progress is written");
    }
}

/// What the file says; nothing while it is being made.
pub(super) fn look(path: &Path) -> Option<State> {
    let bytes = std::fs::read(path).ok()?;
    let mut words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
    let mut word = || words.next().map(|word| Some(word).filter(|word| *word != NONE));
    Some(State { at: word()?, warm_bytes: word()?, now_bytes: word()? })
}

/// Resident memory of this process, where the system tells it.
pub(super) fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
