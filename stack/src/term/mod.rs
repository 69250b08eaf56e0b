//! What the stack writes for people: colours on a terminal, plain text elsewhere.

mod number;
mod paint;
mod step;

pub use number::{amount, count, decimal, whole};
pub use paint::{bold, cyan, dim, green, is_terminal, red, yellow};
pub use step::Step;

use std::io::Write;
use std::time::Duration;

/// `0.4 s`, `12.3 s`, `3 min 5 s`.
#[must_use]
pub fn seconds(time: Duration) -> String {
    let total = time.as_secs();
    if total >= 120 {
        format!("{} min {} s", total / 60, total % 60)
    } else {
        number::pointed(&format!("{:.1} s", time.as_secs_f64()))
    }
}

/// `0.31 s`: for what is measured and not just waited for.
#[must_use]
pub fn precise_seconds(time: Duration) -> String {
    number::pointed(&format!("{:.2} s", time.as_secs_f64()))
}

/// `38.4 MiB`.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn mebibytes(bytes: u64) -> String {
    let unit = crate::lang::pick("MiB", "Mio");
    number::pointed(&format!("{:.1} {unit}", bytes as f64 / (1024.0 * 1024.0)))
}

/// A line. A terminal that was closed is no reason to leave the store without a clean stop.
pub fn line(text: &str) {
    if cfg!(test) {
        // What unit tests claim on purpose would read as a failure.
        return;
    }
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A formatted line, as `println!` writes it, but never a panic: see [`line()`].
#[macro_export]
macro_rules! out {
    ($($arg:tt)*) => {
        $crate::term::line(&::std::format!($($arg)*))
    };
}

/// A heading with an empty line before it.
pub fn heading(text: &str) {
    line(&format!("\n{}", bold(text)));
}

/// A good line.
pub fn good(text: &str) {
    line(&format!("  {} {text}", green("✓")));
}

/// A bad line.
pub fn bad(text: &str) {
    line(&format!("  {} {text}", red("✗")));
}

/// A line of narration, under a heading.
pub fn say(text: &str) {
    line(&format!("  {text}"));
}

/// A line on the error stream, for what went wrong.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{} {text}", red(&crate::t!("error:", "erreur\u{a0}:")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
