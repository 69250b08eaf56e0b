//! What is asked about stock.

mod get_level;
mod list_levels;

pub use get_level::get_level;
pub use list_levels::list_levels;
