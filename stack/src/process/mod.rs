//! Processes of the stack: what to run, and how it is made to end with the stack.
//!
//! Owns starting, signalling and watching processes. Which processes there are, and when
//! one is ready, is known by [`crate::servers`] and [`crate::store`].

mod guarded;
mod memory;
mod processor;
mod spec;

pub use guarded::{Guarded, Stopped};
pub use memory::{Memory, memory};
pub use processor::processor_time;
pub use spec::{Output, Spec};
