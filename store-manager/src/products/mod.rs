//! What is sold: created, read, listed, changed, deleted as long as nobody ordered it.

pub mod commands;
mod domain;
pub mod queries;
mod routes;
pub(crate) mod store;

pub(crate) use domain::{MAX_PRICE, MAX_SKU_CHARS, MIN_PRICE};
pub use domain::{NewProduct, Price, Product, ProductError, Sku};
pub(crate) use routes::routes;
