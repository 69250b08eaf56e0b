//! What the language promises: the wire format, its errors, its money, and the saga's map.
//!
//! `samples.rs` and `strategies.rs` name every event by hand; a test holds both against the catalogue, so that a
//! new event cannot go untested.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails right there")]

mod asyncapi;
mod decode_errors;
mod documents;
mod golden;
mod json_text;
mod money;
mod round_trip;
mod saga_map;
mod samples;
mod schemas;
mod strategies;
mod upcaster;
mod wire_names;
