//! What is asked about products.

mod get_product;
mod list_products;

pub use get_product::get_product;
pub use list_products::{ProductFilter, list_products};
