//! The saga as a model: handlers, delivery at least once, duplicates, kills at any step and two relays, checked
//! exhaustively within stated bounds.
//!
//! What is decided about an order, a payment and a level of stock is decided by the services' own pure functions;
//! this crate owns what lies between them: transactions, outboxes, topic, inboxes, and what may go wrong there. It
//! mirrors the services' handlers file by file, and its tests hold what they emit against the saga's map. What is
//! modelled and what is not stands in `docs/model.md`.

mod action;
pub mod bounds;
pub mod bug;
pub mod check;
pub mod delivery;
pub mod event;
mod handlers;
pub mod properties;
mod requests;
mod rows;
mod saga;
pub mod state;
pub mod trace;
mod transaction;

pub use action::{Action, Work};
pub use bounds::Bounds;
pub use bug::Bug;
pub use saga::Saga;
