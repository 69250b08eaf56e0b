//! Watches the process that goes through the inputs: that it ends, gets on, and does not grow.
//!
//! When it does not, the inputs that it was at are put into the corpus, and every later run begins with them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::child::{Fault, JOB, Job};
use super::inputs::Inputs;
use super::progress::{self, State};

/// The inputs that once failed.
pub(super) const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");

/// A process that is at one step for so long will not get on.
pub(super) const HANG_LIMIT: Duration = Duration::from_mins(1);

/// How much a process may hold more at its end than when it had warmed up: the largest inputs are rare, and what was
/// taken for one of them may be kept. Eight bytes for each of ten million inputs would be more.
const GROWTH_LIMIT_BYTES: u64 = 48 * 1024 * 1024;

const POLL: Duration = Duration::from_millis(20);
const TELL_EVERY: Duration = Duration::from_secs(5);

/// How much of what the process said is shown.
const SHOWN_LINES: usize = 20;

/// A run over the corpus and over so many inputs of a seed, by a process that runs one test of this program.
pub(super) struct Run<'a> {
    pub test: &'a str,
    pub seed: u64,
    pub count: u64,
    pub step: u64,
    pub corpus: &'a Path,
    pub hang_limit: Duration,
    pub planted: Option<(u64, Fault)>,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Failure {
    pub what: String,
    /// The inputs that the process was at.
    pub kept: Vec<PathBuf>,
}

impl Run<'_> {
    /// Watches it to its end.
    pub fn watch(&self) -> Result<(), Failure> {
        let name = std::env::temp_dir().join(format!("any-bytes-{}", Uuid::now_v7().simple()));
        let [progress, log] = ["progress", "log"].map(|extension| name.with_extension(extension));
        let inputs = Inputs::open(self.corpus, self.seed);
        let began = Instant::now();
        let mut child = self.start(&progress, &log);
        let ended = self.wait(&mut child, &progress, &inputs);
        let (state, said) = (progress::look(&progress), std::fs::read_to_string(&log).unwrap_or_default());
        for file in [&progress, &log] {
            let _ = std::fs::remove_file(file);
        }
        let (now, warm) = state.map_or((None, None), |state| (state.now_bytes, state.warm_bytes));
        let what = match ended {
            None => format!("no step in {:?}", self.hang_limit),
            Some(status) if !status.success() => format!("it ended with {status}:\n{}", last_lines(&said)),
            Some(_) if now.zip(warm).is_some_and(|(now, warm)| now > warm + GROWTH_LIMIT_BYTES) => {
                format!("it grew from {} to {}", kibibytes(warm), kibibytes(now))
            }
            Some(_) => {
                self.tell(inputs.count(self.count), began);
                println!("memory when warm {}, at the end {}", kibibytes(warm), kibibytes(now));
                return Ok(());
            }
        };
        let end = inputs.count(self.count);
        let kept = state.and_then(|state| state.at).map(|at| inputs.keep(at..end.min(at + self.step)));
        Err(Failure { what, kept: kept.unwrap_or_default() })
    }

    fn start(&self, progress: &Path, log: &Path) -> Child {
        let &Self { seed, count, step, planted, .. } = self;
        let job = Job { seed, count, step, corpus: self.corpus.into(), progress: progress.into(), planted };
        let log = File::create(log).expect("a file for what it says");
        Command::new(std::env::current_exe().expect("this program"))
            .args([self.test, "--exact", "--nocapture"])
            .env(JOB, serde_json::to_string(&job).expect("JSON"))
            // What it says last is what is shown.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("the file again"))
            .stderr(log)
            .spawn()
            .expect("this program again")
    }

    /// How it ended; nothing when it hung and was ended.
    fn wait(&self, child: &mut Child, progress: &Path, inputs: &Inputs) -> Option<ExitStatus> {
        let (began, mut told) = (Instant::now(), Instant::now());
        let (mut seen, mut since): (Option<State>, _) = (None, Instant::now());
        loop {
            if let Some(status) = child.try_wait().expect("its status") {
                return Some(status);
            }
            let state = progress::look(progress);
            if state != seen {
                (seen, since) = (state, Instant::now());
            }
            if since.elapsed() > self.hang_limit {
                child.kill().expect("it is ended");
                child.wait().expect("its end");
                return None;
            }
            if told.elapsed() > TELL_EVERY {
                told = Instant::now();
                let at = state.and_then(|state| state.at);
                self.tell(at.unwrap_or(inputs.count(self.count)), began);
            }
            std::thread::sleep(POLL);
        }
    }

    fn tell(&self, done: u64, began: Instant) {
        let seconds = began.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a number for people")]
        let rate = done as f64 / seconds;
        println!("TEST_SEED={}: {done} inputs in {seconds:.1} s, {rate:.0}/s", self.seed);
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}

fn kibibytes(bytes: Option<u64>) -> String {
    bytes.map_or("unknown".to_owned(), |bytes| format!("{} KiB", bytes / 1024))
}
