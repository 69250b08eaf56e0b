//! Free ports, each given out once: a service that does not run yet, or was killed, must find its port free.

use std::collections::BTreeSet;
use std::sync::Mutex;

static GIVEN_OUT: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// A port of 127.0.0.1 on which nobody listens.
pub(crate) fn free_port() -> u16 {
    let mut given_out = GIVEN_OUT.lock().expect("no test thread panicked in here");
    loop {
        let port = stack::ports::free().expect("a free port");
        if given_out.insert(port) {
            return port;
        }
    }
}
