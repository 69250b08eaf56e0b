//! The model checked within the bounds of the tests, held against the saga's map, with its faults, and its document.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails right there")]

mod bugs;
mod document;
mod holds;
mod map;
mod walk;
