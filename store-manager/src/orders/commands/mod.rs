//! What changes orders.

mod begin_compensation;
mod cancel_order;
mod create_order;

pub(crate) use begin_compensation::begin_compensation;
pub use cancel_order::{Cancellation, cancel_order};
pub use create_order::{Asked, Placed, create_order, create_orders};
