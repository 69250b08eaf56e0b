//! Each check is broken on purpose, in a fresh pair of databases, and that very check fails and no other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails right there")]

mod faults;
mod settling;
mod two_databases;
