//! The bare limits: what the same machine does with the same servers and nothing of ours in between.

pub(crate) mod consumer;
pub(crate) mod relay;
pub mod route;
pub(crate) mod saga;
pub(crate) mod transaction;
