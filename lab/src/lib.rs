//! The crash laboratory: kills a store at a named instruction, in front of a class or in a matrix of all of them, and
//! proves that nothing is lost.
//!
//! Owns which cases there are, how one is driven to its end, and what is shown of it. What must hold is the audit's;
//! how processes are started and killed is the stack's; where the points are is saga-kit's. It knows the services by
//! their HTTP answers and their tables alone, as the audit does.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod admin;
mod break_off;
mod broker;
mod checks;
pub mod client;
pub mod course;
pub mod databases;
pub mod journey;
pub mod laboratory;
pub mod matrix;
pub mod page;
pub mod point;
pub mod report;
pub mod said;
mod scenarios;
mod words;

pub use laboratory::Laboratory;
