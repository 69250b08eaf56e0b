//! The bare limits: what the same machine does with the same servers and nothing of ours in between.

pub mod route;
pub(crate) mod transaction;
