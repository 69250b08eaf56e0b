//! A step that takes time: said when it begins, ticked off with its time when it ends.
//!
//! On a terminal the line is rewritten while it lasts; elsewhere it is written once, its
//! beginning at the beginning and its end at the end, so that a log shows where it stands.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{count, dim, green, is_terminal, red, seconds};
use crate::interrupt;
use crate::process::{Guarded, Spec};

const TICK: Duration = Duration::from_millis(200);

/// A failing command's last lines that are shown.
const LINES_KEPT: usize = 60;

/// The longest note beside a running step.
const NOTE_CHARS: usize = 40;

/// A step under way; one that is dropped before it is done has failed.
#[derive(Debug)]
pub struct Step {
    text: String,
    started: Instant,
    shown: Instant,
    done: bool,
}

impl Step {
    /// Begins.
    pub fn start(text: impl Into<String>) -> Self {
        let text = text.into();
        write(&format!("  … {text}"));
        Self { text, started: Instant::now(), shown: Instant::now(), done: false }
    }

    /// Shows beside the step what it is at; on a terminal only.
    fn note(&self, note: &str) {
        if is_terminal() {
            let note: String = note.chars().take(NOTE_CHARS).collect();
            write(&format!("\r\x1b[2K  … {}  {} {}", self.text, seconds(self.started.elapsed()), dim(&note)));
        }
    }

    /// Shows how many of all are done; often called, seldom drawn.
    pub fn progress(&mut self, done: usize, all: usize) {
        if self.shown.elapsed() >= TICK {
            self.note(&format!("{} / {}", count(done), count(all)));
            self.shown = Instant::now();
        }
    }

    /// Runs a command (whose output is captured) as part of the step, its latest line on
    /// show; when it fails, the error carries the last lines.
    pub fn run(&mut self, spec: &Spec) -> Result<()> {
        let mut process = Guarded::spawn(spec)?;
        let (sender, lines) = mpsc::channel();
        if let Some(output) = process.take_output() {
            // Ends by itself: the pipe closes when the command does.
            std::thread::spawn(move || {
                for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                    let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
                }
            });
        }
        let mut last = VecDeque::new();
        loop {
            interrupt::check()?;
            match lines.recv_timeout(TICK) {
                Ok(line) => {
                    if last.len() == LINES_KEPT {
                        last.pop_front();
                    }
                    last.push_back(line);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.note(last.back().map_or("", |line: &String| line.trim()));
        }
        let status = process.wait()?;
        if !status.success() {
            let lines = last.make_contiguous().join("\n");
            bail!("{} ({status})\n{lines}", spec.command_line());
        }
        Ok(())
    }

    /// Ends well; `detail` is what it found or made.
    pub fn done(mut self, detail: &str) {
        self.done = true;
        let time = seconds(self.started.elapsed());
        let detail = if detail.is_empty() { String::new() } else { format!("  {detail}") };
        if is_terminal() {
            write(&format!("\r\x1b[2K  {} {}{detail}  {}\n", green("✓"), self.text, dim(&time)));
        } else {
            write(&format!("{detail}  ✓ {time}\n"));
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if self.done {
        } else if is_terminal() {
            write(&format!("\r\x1b[2K  {} {}\n", red("✗"), self.text));
        } else {
            write("  ✗\n");
        }
    }
}

/// To the terminal at once; one that was closed is no reason to stop half-way.
fn write(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
