//! Orders: placed, read, listed, cancelled, and moved on by the events of their saga.
//!
//! Owns an order's state and the end of its saga. What is in stock belongs to `stocks`, what was charged to
//! payment-service.

pub mod commands;
mod domain;
pub mod handlers;
mod intake;
pub(crate) mod metrics;
pub mod queries;
mod routes;
pub(crate) mod store;
mod watchdog;

pub use domain::basket::{MAX_ITEMS, MAX_QUANTITY, NewOrder};
pub use domain::status::{OrderChange, OrderStatus, RejectedChange, Transition};
pub use domain::{Order, OrderError};
pub use intake::Intake;
pub(crate) use routes::routes;
pub use watchdog::Watchdog;
