//! Ctrl-C and SIGTERM: remembered in a flag that every wait looks at.
//!
//! Owns the flag. What a verb does about it (stop the store, remove a folder) is the verb's.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// The exit code of a verb that was interrupted, as shells count it (128 + SIGINT).
pub const EXIT_CODE: u8 = 130;

/// The error of a wait that was interrupted.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Catches SIGINT, SIGTERM and SIGHUP from here on.
///
/// A second signal ends the stack at once: its processes end with it (see [`crate::process`]).
pub fn listen() -> std::io::Result<()> {
    let flag = FLAG.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // Order matters: the shutdown looks at the flag before this very signal sets it.
        signal_hook::flag::register_conditional_shutdown(signal, EXIT_CODE.into(), Arc::clone(flag))?;
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

/// Whether a signal has arrived.
#[must_use]
pub fn arrived() -> bool {
    FLAG.get().is_some_and(|flag| flag.load(Ordering::SeqCst))
}

/// An error once a signal has arrived; for loops that wait.
pub fn check() -> Result<(), Interrupted> {
    if arrived() { Err(Interrupted) } else { Ok(()) }
}

/// Sleeps for `time`, less when a signal arrives.
pub fn pause(time: Duration) -> Result<(), Interrupted> {
    const STEP: Duration = Duration::from_millis(20);
    let end = std::time::Instant::now() + time;
    loop {
        check()?;
        let left = end.saturating_duration_since(std::time::Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(STEP));
    }
}
