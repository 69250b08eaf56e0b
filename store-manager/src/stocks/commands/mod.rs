//! What changes stock: by hand, by suppliers, and for orders.

mod give_back;
mod replenish;
mod set_level;
mod take;

pub(crate) use give_back::give_back;
pub use replenish::replenish;
pub use set_level::set_level;
pub(crate) use take::{Taken, take};
