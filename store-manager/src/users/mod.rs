//! Who orders: created, read, listed, deleted as long as no order refers to them.

pub mod commands;
mod domain;
pub mod queries;
mod routes;
pub(crate) mod store;

pub(crate) use domain::MAX_EMAIL_BYTES;
pub use domain::{Email, NewUser, User, UserError};
pub(crate) use routes::routes;
