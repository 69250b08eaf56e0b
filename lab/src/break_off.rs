//! Breaking off: who waits for what may never come can be told to wait no longer.
//!
//! As Ctrl-C (`stack::interrupt`) ends every wait of the program, this ends those of one thread: the laboratory's waits
//! look at both.

use std::cell::RefCell;

use problem_types::Text;
use stack::interrupt;
use tokio_util::sync::CancellationToken;

use crate::said::Said;

/// What a wait that was broken off says.
pub(crate) const BROKEN_OFF: Text = Text::fixed("Broken off.", "Interrompu.");

thread_local! {
    /// One that nobody cancels, unless somebody may break this thread's waits off.
    static TOKEN: RefCell<CancellationToken> = RefCell::default();
}

/// Has the waits of this thread end once `token` is cancelled.
pub(crate) fn by(token: CancellationToken) {
    TOKEN.replace(token);
}

/// An error once this thread is to wait no longer; for loops that wait.
pub(crate) fn check() -> anyhow::Result<()> {
    interrupt::check()?;
    if TOKEN.with_borrow(CancellationToken::is_cancelled) { Err(Said(BROKEN_OFF).into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::in_words;

    #[test]
    fn it_ends_the_waits_of_its_thread_and_of_no_other() {
        let token = CancellationToken::new();
        by(token.clone());
        assert!(check().is_ok());
        token.cancel();
        assert_eq!(in_words(&check().unwrap_err()), Some(&BROKEN_OFF));
        std::thread::spawn(|| assert!(check().is_ok())).join().unwrap();
    }
}
