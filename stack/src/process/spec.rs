//! What to run: program, arguments, environment, and where its output goes.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, PipeReader};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a process writes.
#[derive(Clone, Debug)]
pub enum Output {
    /// To this terminal, or wherever the stack itself writes.
    Inherit,
    /// Appended to a file, both streams.
    Log(PathBuf),
    /// To the caller, both streams as one, in the order written.
    Capture,
}

/// A process to be started, any number of times.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The name it has in messages, and its log file's.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables set for it.
    pub envs: Vec<(OsString, OsString)>,
    /// Variables with these prefixes are not passed on.
    pub hidden_env_prefixes: Vec<&'static str>,
    /// The folder it runs in; the stack's own without one.
    pub folder: Option<PathBuf>,
    /// Where it writes.
    pub output: Output,
}

impl Spec {
    /// A process without arguments that writes where the stack writes.
    pub fn new(name: &str, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.to_owned(),
            program: program.into(),
            args: Vec::new(),
            envs: Vec::new(),
            hidden_env_prefixes: Vec::new(),
            folder: None,
            output: Output::Inherit,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.envs.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Keeps variables that begin so from the process.
    #[must_use]
    pub fn hide_env(mut self, prefixes: &[&'static str]) -> Self {
        self.hidden_env_prefixes.extend_from_slice(prefixes);
        self
    }

    /// Runs it in `folder`.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Sends its output there.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// The file it writes to, when it writes to one.
    #[must_use]
    pub fn log(&self) -> Option<&Path> {
        match &self.output {
            Output::Log(path) => Some(path),
            Output::Inherit | Output::Capture => None,
        }
    }

    /// Its program and arguments as one would type them, for messages.
    #[must_use]
    pub fn command_line(&self) -> String {
        std::iter::once(self.program.as_os_str())
            .chain(self.args.iter().map(OsString::as_os_str))
            .map(OsStr::to_string_lossy)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Gives `command` this environment, folder and output; answers the pipe of what it captures.
    pub(super) fn apply(&self, command: &mut Command) -> io::Result<Option<PipeReader>> {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if self.hidden_env_prefixes.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command.envs(self.envs.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        match &self.output {
            Output::Inherit => Ok(None),
            Output::Log(path) => {
                let log = open_log(path)?;
                command.stdout(log.try_clone()?).stderr(log);
                Ok(None)
            }
            Output::Capture => {
                let (reader, writer) = io::pipe()?;
                command.stdout(writer.try_clone()?).stderr(writer);
                Ok(Some(reader))
            }
        }
    }
}

fn open_log(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}
