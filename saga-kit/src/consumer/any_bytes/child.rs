//! The process that goes through the inputs. It may die of any of them: that is why it is one of its own.

use std::io::Read;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::inputs::Inputs;
use super::progress::{Progress, State, resident_bytes};

/// Where the process finds what it is to do.
pub(super) const JOB: &str = "TEST_BYTES_JOB";

/// How often the memory is looked at, in inputs.
const MEMORY_INPUTS: u64 = 500;

/// What the process is to do.
#[derive(Serialize, Deserialize)]
pub(super) struct Job {
    pub seed: u64,
    pub count: u64,
    /// Inputs that are taken together.
    pub step: u64,
    pub corpus: PathBuf,
    pub progress: PathBuf,
    /// A fault at an input, to see that it is found.
    pub planted: Option<(u64, Fault)>,
}

/// What may happen to a program that reads.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Fault {
    Panic,
    Hang,
    Overflow,
    /// From that input on.
    Leak,
}

impl Job {
    /// The job of this process, when it is such a process.
    pub fn mine() -> Option<Self> {
        let job = std::env::var(JOB).ok()?;
        Some(serde_json::from_str(&job).expect("a job"))
    }

    /// Takes all inputs, a step at a time.
    pub fn go_through(&self, mut take: impl FnMut(Vec<Vec<u8>>)) {
        end_with_the_parent();
        let inputs = Inputs::open(&self.corpus, self.seed);
        let mut progress = Progress::create(&self.progress);
        let mut state = State { at: None, warm_bytes: None, now_bytes: None };
        let total = inputs.count(self.count);
        let mut next_look = 0;
        for first in (0..total).step_by(usize::try_from(self.step).expect("a step")) {
            state.at = Some(first);
            progress.write(state);
            self.strike(first);
            take((first..total.min(first + self.step)).map(|number| inputs.get(number)).collect());
            if first >= next_look {
                next_look = first + MEMORY_INPUTS;
                state.now_bytes = resident_bytes();
                // By then each kind of input has been there, and what is kept for reuse is there to be reused.
                if first > total / 10 {
                    state.warm_bytes = state.warm_bytes.or(state.now_bytes);
                }
            }
        }
        state = State { at: None, now_bytes: resident_bytes(), ..state };
        progress.write(state);
    }

    fn strike(&self, number: u64) {
        match self.planted {
            Some((at, Fault::Leak)) if number >= at => std::mem::forget(std::hint::black_box(vec![1_u8; 100_000])),
            Some((at, fault)) if number == at => fault.strike(),
            _ => {}
        }
    }
}

impl Fault {
    fn strike(self) {
        match self {
            Self::Panic => panic!("planted"),
            Self::Hang => loop {
                std::thread::park();
            },
            Self::Overflow => println!("{}", deeper(0)),
            Self::Leak => {}
        }
    }
}

/// Deeper than any stack.
fn deeper(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { deeper(depth + 1) + here[0] }
}

/// Whoever watches this process may be killed, and then nobody would end it.
fn end_with_the_parent() {
    std::thread::spawn(|| {
        // It writes nothing: this ends when it does.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(3);
    });
}
