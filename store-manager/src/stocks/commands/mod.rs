//! What changes stock: by hand, and for orders.

mod give_back;
mod set_level;
mod take;

pub(crate) use give_back::give_back;
pub use set_level::set_level;
pub(crate) use take::{Taken, take};
