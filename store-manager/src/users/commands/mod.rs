//! What changes users.

mod create_user;
mod delete_user;

pub use create_user::create_user;
pub use delete_user::delete_user;
