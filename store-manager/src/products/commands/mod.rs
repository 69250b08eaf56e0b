//! What changes products.

mod create_product;
mod delete_product;
mod update_product;

pub use create_product::create_product;
pub use delete_product::delete_product;
pub use update_product::update_product;
