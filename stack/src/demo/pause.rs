//! Waits for Enter between chapters, if someone sits at the terminal.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::interrupt::{self, Interrupted};
use crate::term;
use crate::{out, t};

/// Waits for Enter, or Ctrl-C. A thread reads, because a read would not notice Ctrl-C.
pub(super) fn wait() -> Result<(), Interrupted> {
    if !std::io::stdin().is_terminal() {
        return Ok(());
    }
    out!("\n{}", term::dim(&t!("  Enter: next chapter", "  Entrée\u{a0}: chapitre suivant")));
    let (sender, pressed) = mpsc::channel();
    std::thread::spawn(move || {
        let read = std::io::stdin().read_line(&mut String::new());
        let _ = sender.send(read.is_ok());
    });
    while matches!(pressed.recv_timeout(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout)) {
        interrupt::check()?;
    }
    Ok(())
}
