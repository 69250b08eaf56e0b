//! Reactions to events, one event a file, under its name.

mod order_cancellation_requested;
mod saga_completed;
mod stock_decreased;

pub use order_cancellation_requested::order_cancellation_requested;
pub use saga_completed::saga_completed;
pub use stock_decreased::stock_decreased;
