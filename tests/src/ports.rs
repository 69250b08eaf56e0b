//! Free ports, each given out once: a service that does not run yet, or was killed, must find its port free.

/// A port of 127.0.0.1 on which nobody listens.
pub(crate) fn free_port() -> u16 {
    stack::ports::free().expect("a free port")
}
