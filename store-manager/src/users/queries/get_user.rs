//! Reads one user.

use shared_events::UserId;
use sqlx::MySqlConnection;

use crate::users::{User, UserError, store};

/// The user of that id.
pub async fn get_user(connection: &mut MySqlConnection, user_id: UserId) -> Result<User, UserError> {
    store::get(connection, user_id).await?.ok_or(UserError::Unknown { user_id })
}
