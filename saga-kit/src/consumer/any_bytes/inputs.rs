//! All inputs of a run by their numbers: first the corpus, which is what once failed, then what the seed gives.

use std::ops::Range;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::generator::Generator;

/// The inputs of one run.
pub(super) struct Inputs {
    folder: PathBuf,
    corpus: Vec<PathBuf>,
    generator: Generator,
}

impl Inputs {
    pub fn open(folder: &Path, seed: u64) -> Self {
        let files = folder.read_dir().expect("the corpus").map(|file| file.expect("a file of the corpus").path());
        let mut corpus: Vec<PathBuf> = files.filter(|file| file.extension().is_none_or(|name| name != "md")).collect();
        corpus.sort();
        Self { folder: folder.to_owned(), corpus, generator: Generator::new(seed) }
    }

    /// How many there are when the seed gives `generated` of them.
    pub fn count(&self, generated: u64) -> u64 {
        u64::try_from(self.corpus.len()).expect("a number of files") + generated
    }

    pub fn get(&self, number: u64) -> Vec<u8> {
        match usize::try_from(number).ok().and_then(|at| self.corpus.get(at)) {
            Some(file) => std::fs::read(file).expect("a file of the corpus"),
            None => self.generator.input(number - self.count(0)),
        }
    }

    /// Puts inputs into the corpus, and names the files; those that are there already stay as they are.
    pub fn keep(&self, numbers: Range<u64>) -> Vec<PathBuf> {
        let keep = |number| {
            let kept = usize::try_from(number).ok().and_then(|at| self.corpus.get(at)).cloned();
            kept.unwrap_or_else(|| {
                let bytes = self.get(number);
                let file = self.folder.join(Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes).simple().to_string());
                std::fs::write(&file, bytes).expect("the corpus can be written to");
                file
            })
        };
        numbers.map(keep).collect()
    }
}
