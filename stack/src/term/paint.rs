//! Colours: only when standard output is a terminal and `NO_COLOR` is not set.

use std::io::IsTerminal;
use std::sync::OnceLock;

/// Whether standard output is a terminal (one that can move its cursor).
#[must_use]
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn colours() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    // no-color.org: present and not empty.
    *ON.get_or_init(|| is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
}

fn paint(code: &str, text: &str) -> String {
    if colours() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Bold.
#[must_use]
pub fn bold(text: &str) -> String {
    paint("1", text)
}

/// Grey.
#[must_use]
pub fn dim(text: &str) -> String {
    paint("2", text)
}

/// Green: it holds.
#[must_use]
pub fn green(text: &str) -> String {
    paint("32", text)
}

/// Red: it does not.
#[must_use]
pub fn red(text: &str) -> String {
    paint("31", text)
}

/// Yellow: worth a look.
#[must_use]
pub fn yellow(text: &str) -> String {
    paint("33", text)
}

/// Cyan: names of events.
#[must_use]
pub fn cyan(text: &str) -> String {
    paint("36", text)
}
