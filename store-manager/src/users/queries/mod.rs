//! What is asked about users.

mod get_user;
mod list_users;

pub use get_user::get_user;
pub use list_users::{UserFilter, list_users};
